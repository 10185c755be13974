using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Makes a model from parts given in code: for tests, samples and small models. Not thread-safe.</summary>
public sealed class OnnxModelBuilder
{
    private const int IrVersion = 8;

    private readonly ImmutableSortedDictionary<string, int>.Builder _opsets = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
    private readonly List<GraphValue> _inputs = [];
    private readonly List<GraphValue> _outputs = [];
    private readonly List<DraftNode> _nodes = [];
    private readonly List<KeyValuePair<string, TensorValue>> _initializers = [];

    /// <summary>Creates a builder.</summary>
    /// <param name="opsetVersion">The version of ONNX's own operator set.</param>
    public OnnxModelBuilder(int opsetVersion = 17)
    {
        Opset(string.Empty, opsetVersion);
    }

    /// <summary>Sets the operator set version of a domain.</summary>
    public OnnxModelBuilder Opset(string domain, int version)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        _opsets[OnnxDomains.Normalize(domain)] = version;
        return this;
    }

    /// <summary>Adds a graph input.</summary>
    public OnnxModelBuilder Input(string name, ElementType type, params ReadOnlySpan<GraphDimension> dimensions)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _inputs.Add(new GraphValue(name, type, [.. dimensions]));
        return this;
    }

    /// <summary>Adds a graph output.</summary>
    public OnnxModelBuilder Output(string name, ElementType type, params ReadOnlySpan<GraphDimension> dimensions)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _outputs.Add(new GraphValue(name, type, [.. dimensions]));
        return this;
    }

    /// <summary>Adds an input of a body whose type and dimensions are left to the graph node that runs it.</summary>
    public OnnxModelBuilder Input(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _inputs.Add(new GraphValue(name, ElementType.None, [], IsRankKnown: false));
        return this;
    }

    /// <summary>Adds an output of a body whose type and dimensions follow from what the body computes.</summary>
    public OnnxModelBuilder Output(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _outputs.Add(new GraphValue(name, ElementType.None, [], IsRankKnown: false));
        return this;
    }

    /// <summary>Adds an initialiser.</summary>
    /// <remarks>A NaN must be the canonical one of its type, which <see cref="float.NaN"/> is not: that one has its sign set.</remarks>
    public OnnxModelBuilder Initializer(string name, TensorValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        _initializers.Add(KeyValuePair.Create(name, value));
        return this;
    }

    /// <summary>Adds a graph node of ONNX's own domain.</summary>
    public OnnxModelBuilder Node(string operatorType, string[] inputs, string[] outputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes) =>
        Node(string.Empty, operatorType, string.Empty, inputs, outputs, attributes);

    /// <summary>Adds a graph node.</summary>
    /// <exception cref="ArgumentException">Two attributes have one name.</exception>
    public OnnxModelBuilder Node(
        string domain, string operatorType, string name, string[] inputs, string[] outputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentException.ThrowIfNullOrEmpty(operatorType);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        ImmutableSortedDictionary<string, AttributeValue>.Builder byName = ImmutableSortedDictionary.CreateBuilder<string, AttributeValue>(StringComparer.Ordinal);
        foreach ((string attributeName, AttributeValue value) in attributes)
        {
            byName.Add(attributeName, value);
        }

        _nodes.Add(new DraftNode(name, OnnxDomains.Normalize(domain), operatorType, [.. inputs], [.. outputs], byName.ToImmutable()));
        return this;
    }

    /// <summary>Makes the model if the graph is sound.</summary>
    public bool TryBuild([NotNullWhen(true)] out OnnxModel? model, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        DraftGraph draft = new(IrVersion, _opsets.ToImmutable(), _inputs, _outputs, _nodes, _initializers);
        model = null;
        refusal = DraftTexts.Check(draft) ?? RequireTypes();
        return refusal is null && GraphAssembler.TryAssemble(draft, out model, out refusal);
    }

    /// <summary>Makes the model.</summary>
    /// <exception cref="ModelRefusedException">The graph is not sound.</exception>
    public OnnxModel Build() => TryBuild(out OnnxModel? model, out ModelRefusal? refusal) ? model : throw new ModelRefusedException(refusal);

    /// <summary>Makes the body of an If, a Loop or a Scan: what it reads and does not define is a value of the graph that it will stand in.</summary>
    /// <exception cref="ModelRefusedException">The graph is not sound.</exception>
    public GraphBody BuildBody()
    {
        DraftGraph draft = new(IrVersion, _opsets.ToImmutable(), _inputs, _outputs, _nodes, _initializers);
        ModelRefusal? refusal = DraftTexts.Check(draft);
        return refusal is null && GraphAssembler.TryAssembleBody(draft, out GraphBody? body, out refusal) ? body : throw new ModelRefusedException(refusal);
    }

    private ModelRefusal? RequireTypes() => _inputs.Concat(_outputs).FirstOrDefault(value => value.Type == ElementType.None) is GraphValue untyped
        ? new(ModelRefusalReason.UnsupportedType, $"Expected a type for '{untyped.Name}', got none: only bodies may leave it open.")
        : null;
}
