using System.Globalization;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Networks;

/// <summary>Writes a network node by node, with weights from a seed; every method returns the name of the value that it makes. Not thread-safe.</summary>
public sealed class NetworkBuilder
{
    private readonly OnnxModelBuilder _model;
    private readonly List<KeyValuePair<string, TensorValue>> _inputs = [];
    private int _count;

    /// <summary>Creates a builder.</summary>
    public NetworkBuilder(ulong seed, int opset = 17)
    {
        _model = new OnnxModelBuilder(opset);
        Opset = opset;
        Weights = new SeededWeights(seed);
    }

    /// <summary>Gets the operator set version.</summary>
    public int Opset { get; }

    /// <summary>Gets where weights come from.</summary>
    public SeededWeights Weights { get; }

    /// <summary>Imports another domain.</summary>
    public void Import(string domain, int version) => _model.Opset(domain, version);

    /// <summary>Adds an input of fixed shape with the tensor that a run is fed.</summary>
    public string Input(string name, TensorValue tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _model.Input(name, tensor.Type, [.. tensor.Shape.Lengths.ToArray().Select(GraphDimension.Of)]);
        _inputs.Add(KeyValuePair.Create(name, tensor));
        return name;
    }

    /// <summary>Adds an image of values in [−1, 1).</summary>
    public string Image(int channels, int size, int batch = 1) => Input("input", Weights.Uniform(-1, 1, batch, channels, size, size));

    /// <summary>Adds a constant.</summary>
    public string Constant(TensorValue tensor)
    {
        string name = NextName("constant");
        _model.Initializer(name, tensor);
        return name;
    }

    /// <summary>Adds a list of integers, as shapes, axes and indices are.</summary>
    public string Integers(params long[] values) => Constant(TensorValue.Create(values, values.Length));

    /// <summary>Adds a scalar.</summary>
    public string Scalar(float value) => Constant(TensorValue.Create([value], []));

    /// <summary>Adds weights whose variance is a gain over the number of inputs of one output.</summary>
    public string Weight(double gain, long fanIn, params long[] lengths) => Constant(Weights.Scaled(gain, fanIn, lengths));

    /// <summary>Adds floats that are uniform in an interval.</summary>
    public string Uniform(float least, float most, params long[] lengths) => Constant(Weights.Uniform(least, most, lengths));

    /// <summary>Adds a graph node with one output.</summary>
    public string Node(string operatorType, string[] inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes) => Nodes(operatorType, inputs, 1, attributes)[0];

    /// <summary>Adds a graph node with several outputs.</summary>
    public string[] Nodes(string operatorType, string[] inputs, int outputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => NextName(operatorType))];
        _model.Node(operatorType, inputs, names, attributes);
        return names;
    }

    /// <summary>Adds a graph node of another domain, with one output.</summary>
    public string NodeOf(string domain, string operatorType, string[] inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        string name = NextName(operatorType);
        _model.Node(domain, operatorType, string.Empty, inputs, [name], attributes);
        return name;
    }

    /// <summary>Adds a rectifier.</summary>
    public string Relu(string x) => Node("Relu", [x]);

    /// <summary>Adds a convolution with a bias, as exporters leave it after folding a normalisation into it.</summary>
    public string Conv(string x, int from, int to, int kernel, int stride = 1, int groups = 1, double gain = 2, bool bias = true, int? padding = null)
    {
        int pad = padding ?? (kernel / 2);
        string weights = Weight(gain, from / groups * kernel * kernel, to, from / groups, kernel, kernel);
        return Node(
            "Conv",
            bias ? [x, weights, Uniform(-0.1f, 0.1f, to)] : [x, weights],
            ("kernel_shape", AttributeValue.Of([kernel, kernel])),
            ("strides", AttributeValue.Of([stride, stride])),
            ("pads", AttributeValue.Of([pad, pad, pad, pad])),
            ("dilations", AttributeValue.Of([1L, 1L])),
            ("group", AttributeValue.Of(groups)));
    }

    /// <summary>Adds a normalisation by constant means and variances.</summary>
    public string BatchNormalization(string x, int channels, float scale = 1) => Node(
        "BatchNormalization",
        [x, Uniform(0.5f * scale, 1.5f * scale, channels), Uniform(-0.2f, 0.2f, channels), Uniform(-0.2f, 0.2f, channels), Uniform(0.5f, 1.5f, channels)],
        ("epsilon", AttributeValue.Of(1e-5f)),
        ("momentum", AttributeValue.Of(0.9f)));

    /// <summary>Adds a square window of the largest or the mean.</summary>
    public string Pool(string operatorType, string x, int kernel, int stride, int pad = 0) => Node(
        operatorType,
        [x],
        ("kernel_shape", AttributeValue.Of([kernel, kernel])),
        ("strides", AttributeValue.Of([stride, stride])),
        ("pads", AttributeValue.Of([pad, pad, pad, pad])));

    /// <summary>Adds a product with constant weights, as exporters write a fully connected layer of vectors.</summary>
    public string Gemm(string x, int from, int to) =>
        Node("Gemm", [x, Weight(1, from, to, from), Uniform(-0.1f, 0.1f, to)], ("alpha", AttributeValue.Of(1f)), ("beta", AttributeValue.Of(1f)), ("transB", AttributeValue.Of(1L)));

    /// <summary>Adds a product with constant weights and a bias, as exporters write a fully connected layer of sequences.</summary>
    public string Linear(string x, int from, int to, double gain = 1) => Node("Add", [Uniform(-0.05f, 0.05f, to), Node("MatMul", [x, Weight(gain, from, from, to)])]);

    /// <summary>Adds mean over all positions, flattening, and a classifier.</summary>
    public string Classify(string x, int channels, int classes = 1000) =>
        Gemm(Node("Flatten", [Node("GlobalAveragePool", [x])], ("axis", AttributeValue.Of(1L))), channels, classes);

    /// <summary>Finishes the network.</summary>
    public Network Build(string name, params (string Value, long[] Lengths)[] outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        foreach ((string value, long[] lengths) in outputs)
        {
            _model.Output(value, ElementType.Float32, [.. lengths.Select(GraphDimension.Of)]);
        }

        return new Network(name, _model.Build(), new NamedTensors(_inputs));
    }

    private string NextName(string operatorType) => string.Create(CultureInfo.InvariantCulture, $"{operatorType}_{_count++}");
}
