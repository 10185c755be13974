using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>A model that was read and checked: values, graph nodes in the file's order, initialisers. Immutable and thread-safe.</summary>
/// <remarks>
/// What a model of this type promises: every name is defined once and before it is used; graph nodes stand in topological order; every domain that is used has
/// one operator set version; every initialiser's bytes match its type and shape, Booleans are 0 or 1 and NaNs are canonical. Whether an engine has the operators
/// is the engine's matter.
/// <para><c>Constant</c> nodes become initialisers and leave the list of graph nodes. A graph input that also has an initialiser is a constant: it leaves the
/// list of inputs and cannot be fed, so that the model's identity says what was computed.</para>
/// </remarks>
public sealed class OnnxModel
{
    private readonly Lazy<ModelIdentity> _identity;

    internal OnnxModel(
        int irVersion,
        ImmutableSortedDictionary<string, int> opsetImports,
        ImmutableArray<GraphValue> inputs,
        ImmutableArray<GraphValue> outputs,
        ImmutableArray<GraphNode> nodes,
        ImmutableSortedDictionary<string, TensorValue> initializers)
    {
        IrVersion = irVersion;
        OpsetImports = opsetImports;
        Inputs = inputs;
        Outputs = outputs;
        Nodes = nodes;
        Initializers = initializers;
        _identity = new Lazy<ModelIdentity>(() => ModelIdentity.Compute(this));
    }

    /// <summary>Gets the version of the format that the file named; no part of the identity.</summary>
    public int IrVersion { get; }

    /// <summary>Gets the imported operator set versions by domain; the empty domain is ONNX's own.</summary>
    public ImmutableSortedDictionary<string, int> OpsetImports { get; }

    /// <summary>Gets the inputs that a run must be fed, in the file's order.</summary>
    public ImmutableArray<GraphValue> Inputs { get; }

    /// <summary>Gets the outputs in the file's order. An output may name a graph node's output, an initialiser or an input.</summary>
    public ImmutableArray<GraphValue> Outputs { get; }

    /// <summary>Gets the graph nodes in the file's order, which is topological, without <c>Constant</c> nodes.</summary>
    public ImmutableArray<GraphNode> Nodes { get; }

    /// <summary>Gets the constants by name, in ordinal order of the names: initialisers of the file and the values of <c>Constant</c> nodes.</summary>
    public ImmutableSortedDictionary<string, TensorValue> Initializers { get; }

    /// <summary>Gets the commitment to graph, attributes and weights; computed at the first use and kept.</summary>
    public ModelIdentity Identity => _identity.Value;

    /// <summary>Gets the digest that identifies the model, whatever file it was read from.</summary>
    public Digest Id => Identity.Id;
}
