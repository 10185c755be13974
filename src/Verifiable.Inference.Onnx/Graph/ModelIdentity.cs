using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>The commitment to a model: one digest over interface, operator sets, graph nodes and initialisers. Immutable and thread-safe.</summary>
/// <remarks>
/// <para>The encoding is <c>docs/reference/model-identity.md</c>. Graph nodes and initialisers are leaves of two Merkle trees, so that a dispute can open one of them
/// without the rest of the model.</para>
/// <para>Not part of the identity: names of graph nodes, producer, documentation, metadata, IR version, operator sets that no graph node uses, and how the file stores
/// what it holds.</para>
/// </remarks>
public sealed class ModelIdentity
{
    private readonly ImmutableArray<ReadOnlyMemory<byte>> _nodeLeaves;
    private readonly ImmutableSortedDictionary<string, int> _weightIndexes;
    private readonly ImmutableArray<ReadOnlyMemory<byte>> _weightLeaves;
    private readonly MerkleTree _nodes;
    private readonly MerkleTree _weights;

    private ModelIdentity(
        OnnxModel model, ImmutableArray<WeightCommitment> weights, ImmutableArray<ReadOnlyMemory<byte>> nodeLeaves, ImmutableArray<ReadOnlyMemory<byte>> weightLeaves)
    {
        Weights = weights;
        _nodeLeaves = nodeLeaves;
        _weightLeaves = weightLeaves;
        _weightIndexes = model.Initializers.Keys.Select(KeyValuePair.Create<string, int>).ToImmutableSortedDictionary(StringComparer.Ordinal);
        _nodes = MerkleTree.Of(nodeLeaves);
        _weights = MerkleTree.Of(weightLeaves);
        Id = ModelEncoding.Commit(model, _nodes.Root, _weights.Root);
    }

    /// <summary>Gets the digest that identifies the model.</summary>
    public Digest Id { get; }

    /// <summary>Gets the root of the tree over the graph nodes, in the order of <see cref="OnnxModel.Nodes"/>.</summary>
    public Digest NodesRoot => _nodes.Root;

    /// <summary>Gets the root of the tree over the initialisers, in ordinal order of their names.</summary>
    public Digest WeightsRoot => _weights.Root;

    /// <summary>Gets the tensor commitments of all initialisers, by name in ordinal order, then by layout.</summary>
    public ImmutableArray<WeightCommitment> Weights { get; }

    /// <summary>Computes the identity of a model.</summary>
    public static ModelIdentity Compute(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        SortedDictionary<string, SortedSet<TensorLayout>> layouts = WeightLayouts.Of(model);
        ImmutableArray<WeightCommitment>.Builder weights = ImmutableArray.CreateBuilder<WeightCommitment>();
        ImmutableArray<ReadOnlyMemory<byte>>.Builder leaves = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(model.Initializers.Count);
        foreach ((string name, TensorValue value) in model.Initializers)
        {
            int first = weights.Count;
            foreach (TensorLayout layout in layouts[name])
            {
                weights.Add(new WeightCommitment(name, layout, Commit(value, layout)));
            }

            leaves.Add(ModelEncoding.EncodeWeight(name, [.. weights.Skip(first)]));
        }

        // Spans of mapped weights do not reach them.
        GC.KeepAlive(model);
        return new ModelIdentity(model, weights.DrainToImmutable(), [.. model.Nodes.Select(node => (ReadOnlyMemory<byte>)ModelEncoding.EncodeNode(node))], leaves.DrainToImmutable());
    }

    /// <summary>Gets the bytes that stand for a graph node in the tree.</summary>
    public ReadOnlyMemory<byte> GetNodeLeaf(int index) => _nodeLeaves[index];

    /// <summary>Proves that a graph node is part of the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such graph node.</exception>
    public MerkleProof ProveNode(int index) => _nodes.Prove(index);

    /// <summary>Gets the bytes that stand for an initialiser in the tree.</summary>
    /// <exception cref="KeyNotFoundException">There is no such initialiser.</exception>
    public ReadOnlyMemory<byte> GetWeightLeaf(string name) => _weightLeaves[_weightIndexes[name]];

    /// <summary>Proves that an initialiser is part of the model.</summary>
    /// <exception cref="KeyNotFoundException">There is no such initialiser.</exception>
    public MerkleProof ProveWeight(string name) => _weights.Prove(_weightIndexes[name]);

    internal static Digest Commit(TensorValue value, TensorLayout layout) =>
        TensorCommitment.Compute(value, layout, TensorHeader.DefaultChunkSize, Environment.ProcessorCount);
}
