using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>The graph that an If, a Loop or a Scan runs, checked by itself: a branch or the body of an iteration. Immutable and thread-safe; equal by content.</summary>
/// <remarks>It may read values of the graphs around it by their names, and defines none of theirs: a name means one value wherever it can be seen. Types and dimensions of
/// its inputs and outputs may be left open; <see cref="ElementType.None"/> stands for a type that is not stated.</remarks>
public sealed class GraphBody : IEquatable<GraphBody>
{
    private readonly Lazy<Digest> _digest;

    internal GraphBody(
        ImmutableArray<GraphValue> inputs,
        ImmutableArray<GraphValue> outputs,
        ImmutableArray<GraphNode> nodes,
        ImmutableSortedDictionary<string, TensorValue> initializers,
        ImmutableSortedSet<string> captures,
        ImmutableHashSet<string> defined)
    {
        Inputs = inputs;
        Outputs = outputs;
        Nodes = nodes;
        Initializers = initializers;
        Captures = [.. captures];
        Defined = defined;
        Depth = 1 + nodes.SelectMany(node => node.Bodies).Select(body => body.Depth).DefaultIfEmpty(0).Max();
        _digest = new Lazy<Digest>(() => ModelEncoding.Commit(this));
    }

    /// <summary>Gets the inputs, which the graph node feeds by position.</summary>
    public ImmutableArray<GraphValue> Inputs { get; }

    /// <summary>Gets the outputs by position; a name may stand in several places, and may be that of a value around the body.</summary>
    public ImmutableArray<GraphValue> Outputs { get; }

    /// <summary>Gets the graph nodes in the file's order, which is topological, without <c>Constant</c> nodes; there may be none.</summary>
    public ImmutableArray<GraphNode> Nodes { get; }

    /// <summary>Gets the constants by name, in ordinal order.</summary>
    public ImmutableSortedDictionary<string, TensorValue> Initializers { get; }

    /// <summary>Gets the names of values around the body that it, or a body in it, reads, in ordinal order.</summary>
    public ImmutableArray<string> Captures { get; }

    /// <summary>Gets the levels of bodies: 1 where no graph node has a body.</summary>
    public int Depth { get; }

    /// <summary>Gets the digest of the body's canonical encoding, computed at the first use: what a model's identity has in its place.</summary>
    public Digest Digest => _digest.Value;

    /// <summary>Gets all names that are defined in the body and in bodies in it.</summary>
    internal ImmutableHashSet<string> Defined { get; }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] GraphBody? other) => other is not null && (ReferenceEquals(this, other) || Digest == other.Digest);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GraphBody);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Nodes.Length, Inputs.Length, Outputs.Length);
}
