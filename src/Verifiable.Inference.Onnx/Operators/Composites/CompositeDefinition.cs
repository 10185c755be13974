using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// An operator that is defined by a graph of other operators, its canonical expansion: engines run, and traces commit to, the expansion. Immutable and thread-safe.
/// </summary>
public sealed class CompositeDefinition
{
    private readonly Action<NodeBinder, Expansion> _expand;
    private readonly Func<GraphNode, bool>? _covers;

    internal CompositeDefinition(string name, int sinceVersion, Action<NodeBinder, Expansion> expand, int? untilVersion = null, string domain = "", Func<GraphNode, bool>? covers = null)
    {
        Domain = domain;
        Name = name;
        SinceVersion = sinceVersion;
        UntilVersion = untilVersion ?? (domain.Length == 0 ? OperatorCatalog.NewestOpset : int.MaxValue);
        _expand = expand;
        _covers = covers;
    }

    /// <summary>Gets the domain; empty for ONNX's own.</summary>
    public string Domain { get; }

    /// <summary>Gets the operator's name, as <c>Attention</c>.</summary>
    public string Name { get; }

    /// <summary>Gets the first operator set version that this definition holds for.</summary>
    public int SinceVersion { get; }

    /// <summary>Gets the last operator set version that this definition holds for.</summary>
    public int UntilVersion { get; }

    /// <summary>Tells whether a graph node of this name and version is expanded; the others are operators of their own.</summary>
    internal bool Covers(GraphNode node) => _covers?.Invoke(node) ?? true;

    /// <summary>Expands a graph node.</summary>
    internal bool TryExpand(
        GraphNode node, IReadOnlyDictionary<string, TensorValue> constants, [NotNullWhen(true)] out Expansion? expansion, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        var binder = new NodeBinder(node, constants, new PackedMatrices(0), default, new TensorValue?[node.Inputs.Length]);
        expansion = new Expansion(node);
        _expand(binder, expansion);
        binder.Finish();
        refusal = binder.Refusal;
        expansion = refusal is null ? expansion : null;
        return expansion is not null;
    }

    /// <summary>Writes name and versions.</summary>
    public override string ToString() => FormattableString.Invariant($"{(Domain.Length == 0 ? "ai.onnx" : Domain)} {Name} {SinceVersion}–{UntilVersion}");
}
