using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>An operator of the catalog: its name and the operator set versions that its meaning holds for. Immutable and thread-safe.</summary>
public sealed class OperatorDefinition
{
    private readonly Func<NodeBinder, BoundOperator> _bind;

    internal OperatorDefinition(string name, int sinceVersion, Func<NodeBinder, BoundOperator> bind, int? untilVersion = null, string domain = "")
    {
        Domain = domain;
        Name = name;
        SinceVersion = Math.Max(OperatorCatalog.OldestOpset, sinceVersion);
        UntilVersion = untilVersion ?? OperatorCatalog.NewestOpset;
        _bind = bind;
    }

    /// <summary>Gets the domain; empty for ONNX's own.</summary>
    public string Domain { get; }

    /// <summary>Gets the operator's name, as <c>Conv</c>.</summary>
    public string Name { get; }

    /// <summary>Gets the first operator set version that this definition holds for.</summary>
    public int SinceVersion { get; }

    /// <summary>Gets the last operator set version that this definition holds for.</summary>
    public int UntilVersion { get; }

    /// <summary>Binds the operator to a graph node: reads its attributes and refuses what is not supported.</summary>
    /// <param name="node">The graph node.</param>
    /// <param name="constants">Values that never change, by name, which the operator may prepare once; <see langword="null"/> for none.</param>
    /// <param name="bound">The operator with the graph node's attributes.</param>
    /// <param name="refusal">Why the graph node cannot be run.</param>
    public bool TryBind(
        GraphNode node,
        IReadOnlyDictionary<string, TensorValue>? constants,
        [NotNullWhen(true)] out BoundOperator? bound,
        [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(node);
        return TryBind(node, constants, new PackedMatrices(), out bound, out refusal);
    }

    /// <summary>Binds the operator; graph nodes that are bound with the same packed matrices share them.</summary>
    internal bool TryBind(
        GraphNode node,
        IReadOnlyDictionary<string, TensorValue>? constants,
        PackedMatrices packs,
        [NotNullWhen(true)] out BoundOperator? bound,
        [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        var binder = new NodeBinder(node, constants, packs);
        bound = _bind(binder);
        binder.Finish();
        refusal = binder.Refusal;
        if (refusal is not null)
        {
            bound = null;
        }

        return bound is not null;
    }

    /// <summary>Writes name and versions.</summary>
    public override string ToString() => FormattableString.Invariant($"{(Domain.Length == 0 ? "ai.onnx" : Domain)} {Name} {SinceVersion}–{UntilVersion}");
}
