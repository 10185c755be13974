using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>An operator of the catalog: its name and the operator set versions that its meaning holds for. Immutable and thread-safe.</summary>
public sealed class OperatorDefinition
{
    private readonly Func<NodeBinder, BoundOperator> _bind;

    /// <summary>Creates a definition.</summary>
    /// <param name="name">The operator's name.</param>
    /// <param name="sinceVersion">The first operator set version that it holds for.</param>
    /// <param name="bind">Reads a graph node's attributes; faults go to the binder.</param>
    /// <param name="untilVersion">The last operator set version; <see langword="null"/> for the newest known.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="floats">Which inputs may be 16-bit floats that are widened.</param>
    /// <param name="reachesBack">Whether the meaning holds in operator sets before <see cref="OperatorCatalog.OldestOpset"/> too, from the first version on.</param>
    internal OperatorDefinition(
        string name, int sinceVersion, Func<NodeBinder, BoundOperator> bind, int? untilVersion = null, string domain = "", FloatInputs floats = default, bool reachesBack = false)
    {
        Domain = domain;
        Name = name;
        SinceVersion = domain.Length == 0 && !reachesBack ? Math.Max(OperatorCatalog.OldestOpset, sinceVersion) : sinceVersion;
        UntilVersion = untilVersion ?? (domain.Length == 0 ? OperatorCatalog.NewestOpset : int.MaxValue);
        Floats = floats;
        _bind = bind;
    }

    /// <summary>Gets which inputs are of the operator's float type.</summary>
    internal FloatInputs Floats { get; }

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
        var widened = new TensorValue?[node.Inputs.Length];
        for (int i = 0; i < widened.Length; i++)
        {
            bool isStorage = Floats.Contains(i) && node.HasInput(i) && constants?.GetValueOrDefault(node.Inputs[i]) is TensorValue constant && StorageOperator.IsStorage(constant.Type);
            widened[i] = isStorage ? packs.Widen(node.Inputs[i], constants![node.Inputs[i]]) : null;
        }

        var binder = new NodeBinder(node, constants, packs, Floats, widened);
        bound = _bind(binder);
        bound = Floats.Mask == 0 ? bound : new StorageOperator(bound, Floats, node.Outputs.Length, widened);
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
