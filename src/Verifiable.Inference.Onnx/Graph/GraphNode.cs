using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>One operation of a model. Immutable and thread-safe.</summary>
/// <remarks>The accessors with a default (<see cref="GetInt"/> and so on) throw when the attribute is of another kind: whoever accepts a graph node checks
/// kinds once, by <see cref="KindOf"/>, and refuses the model when they are wrong.</remarks>
public sealed class GraphNode
{
    private readonly ImmutableArray<string> _captures;

    internal GraphNode(
        int index,
        int fileIndex,
        string name,
        string domain,
        string operatorType,
        int opsetVersion,
        ImmutableArray<string> inputs,
        ImmutableArray<string> outputs,
        ImmutableSortedDictionary<string, AttributeValue> attributes,
        int ordinal = 0)
    {
        Index = index;
        FileIndex = fileIndex;
        Name = name;
        Domain = domain;
        OperatorType = operatorType;
        OpsetVersion = opsetVersion;
        Inputs = inputs;
        Outputs = outputs;
        Attributes = attributes;
        Ordinal = ordinal;
        Bodies = [.. attributes.Values.Where(static value => value.Kind == AttributeKind.Graph).Select(static value => value.Graph)];

        _captures = Bodies.IsEmpty ? [] : [.. Bodies.SelectMany(body => body.Captures).ToImmutableSortedSet(StringComparer.Ordinal)];
    }

    /// <summary>Gets the position in <see cref="OnnxModel.Nodes"/>, or in <see cref="Operators.CanonicalGraph.Nodes"/> for graph nodes from there.</summary>
    public int Index { get; }

    /// <summary>Gets the position among the nodes of the file, where <c>Constant</c> nodes count too: what refusals name.</summary>
    public int FileIndex { get; }

    /// <summary>Gets the name: a label that may be empty, need not be unique, and is no part of the model's identity.</summary>
    public string Name { get; }

    /// <summary>Gets the domain of the operator; empty for ONNX's own, also when the file says <c>ai.onnx</c>.</summary>
    public string Domain { get; }

    /// <summary>Gets the operator, as <c>Conv</c>.</summary>
    public string OperatorType { get; }

    /// <summary>Gets the version of the domain's operator set that the model imports, 1 or more.</summary>
    public int OpsetVersion { get; }

    /// <summary>Gets the names of the values that go in; the empty name is an optional input that is absent. The last one is not empty.</summary>
    public ImmutableArray<string> Inputs { get; }

    /// <summary>Gets the names of the values that come out; the empty name is an output that nobody wants. The last one is not empty.</summary>
    public ImmutableArray<string> Outputs { get; }

    /// <summary>Gets the attributes that the file states, by name in ordinal order; defaults are not filled in.</summary>
    public ImmutableSortedDictionary<string, AttributeValue> Attributes { get; }

    /// <summary>Gets the bodies that the attributes hold, in ordinal order of the attributes' names: <c>else_branch</c> and <c>then_branch</c> of an If, <c>body</c> of a
    /// Loop or a Scan. None for other operators.</summary>
    public ImmutableArray<GraphBody> Bodies { get; }

    /// <summary>Gets the names of the values of the graph around that the bodies read, each once, in ordinal order.</summary>
    public ImmutableArray<string> Captures => _captures;

    /// <summary>Gets the number of graph nodes of the same operator before this one.</summary>
    internal int Ordinal { get; }

    /// <summary>Gets how refusals and messages name this graph node.</summary>
    public GraphNodeLabel Label => new(FileIndex, Name, Domain, OperatorType, OpsetVersion);

    /// <summary>Makes the same graph node at another position.</summary>
    internal GraphNode At(int index) => new(index, FileIndex, Name, Domain, OperatorType, OpsetVersion, Inputs, Outputs, Attributes, Ordinal);

    /// <summary>Tells whether an input is there: within the list and not the empty name.</summary>
    public bool HasInput(int index) => (uint)index < (uint)Inputs.Length && Inputs[index].Length != 0;

    /// <summary>Tells whether an output is wanted: within the list and not the empty name.</summary>
    public bool HasOutput(int index) => (uint)index < (uint)Outputs.Length && Outputs[index].Length != 0;

    /// <summary>Gets what an attribute holds, or <see cref="AttributeKind.None"/> when it is absent.</summary>
    public AttributeKind KindOf(string name) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Kind : AttributeKind.None;

    /// <summary>Gets an integer attribute, or the default when it is absent.</summary>
    /// <exception cref="InvalidOperationException">The attribute is of another kind.</exception>
    public long GetInt(string name, long defaultValue) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Int : defaultValue;

    /// <summary>Gets a float attribute, or the default when it is absent.</summary>
    /// <exception cref="InvalidOperationException">The attribute is of another kind.</exception>
    public float GetFloat(string name, float defaultValue) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Float : defaultValue;

    /// <summary>Gets a text attribute, or the default when it is absent; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="InvalidOperationException">The attribute is of another kind.</exception>
    public string GetText(string name, string defaultValue) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Text : defaultValue;

    /// <summary>Gets a list of integers; the <c>default</c> array when the attribute is absent.</summary>
    /// <exception cref="InvalidOperationException">The attribute is of another kind.</exception>
    public ImmutableArray<long> GetInts(string name) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Ints : default;

    /// <summary>Gets a list of floats; the <c>default</c> array when the attribute is absent.</summary>
    /// <exception cref="InvalidOperationException">The attribute is of another kind.</exception>
    public ImmutableArray<float> GetFloats(string name) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Floats : default;

    /// <summary>Gets a tensor attribute, or <see langword="null"/> when it is absent.</summary>
    /// <exception cref="InvalidOperationException">The attribute is of another kind.</exception>
    public TensorValue? GetTensor(string name) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Tensor : null;

    /// <summary>Creates a refusal that names this graph node.</summary>
    public ModelRefusal Refuse(ModelRefusalReason reason, string message) => new(reason, message, Label);

    /// <inheritdoc/>
    public override string ToString() => Label.ToString();
}
