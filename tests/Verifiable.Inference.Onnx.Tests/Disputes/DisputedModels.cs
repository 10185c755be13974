using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Disputes;

/// <summary>The models that disputes are played over.</summary>
internal static class DisputedModels
{
    public static TheoryData<string> Names => [.. ShippedModels.Paths.Select(path => Path.GetFileName(path)), "cnn-1", "cnn-2", "mixed", "chance", "large"];

    public static (OnnxModel Model, NamedTensors Inputs) Make(string name) => name switch
    {
        "cnn-1" => Cnn(1),
        "cnn-2" => Cnn(2),
        "mixed" => Mixed(),
        "chance" => Chance(),
        "large" => Large(),
        _ => Shipped(name),
    };

    private static (OnnxModel, NamedTensors) Shipped(string file)
    {
        string path = ShippedModels.Paths.Single(path => Path.GetFileName(path) == file);
        OnnxModel model = OnnxModel.Load(path);
        return (model, NamedTensors.Of(model.Inputs[0].Name, ShippedModels.Input(path, 2).Input));
    }

    // A random small convolutional network: strides, padding, groups, a diamond, both ways to pool, a head.
    private static (OnnxModel, NamedTensors) Cnn(ulong seed)
    {
        var random = new CaseRandom(seed);
        int channels = random.Between(2, 4);
        int size = random.Between(9, 12);
        OnnxModel model = new OnnxModelBuilder(17)
            .Input("x", ElementType.Float32, "N", 3, size, size)
            .Initializer("w1", random.Floats(2 * channels, 3, 3, 3)).Initializer("b1", random.Floats(2 * channels))
            .Initializer("w2", random.Floats(2 * channels, 1, 3, 3)).Initializer("w3", random.Floats(5, 2 * channels))
            .Initializer("scale", random.Floats(2 * channels)).Initializer("mean", random.Floats(2 * channels)).Initializer("variance", SampleModels.Ramp(2 * channels))
            .Node("Conv", ["x", "w1", "b1"], ["c1"], ("strides", AttributeValue.Of([random.Between(1, 2), 1L])), ("pads", AttributeValue.Of([1L, 0L, 1L, 2L])))
            .Node("Relu", ["c1"], ["r1"])
            .Node("Conv", ["r1", "w2"], ["c2"], ("group", AttributeValue.Of(2L * channels)), ("pads", AttributeValue.Of([1L, 1L, 1L, 1L])))
            .Node("Sigmoid", ["c2"], ["s2"]).Node("Add", ["s2", "r1"], ["sum"])
            .Node("MaxPool", ["sum"], ["p"], ("kernel_shape", AttributeValue.Of([2L, 2L])), ("strides", AttributeValue.Of([2L, 2L])))
            .Node("AveragePool", ["p"], ["a"], ("kernel_shape", AttributeValue.Of([2L, 2L])), ("pads", AttributeValue.Of([1L, 0L, 0L, 1L])))
            .Node("InstanceNormalization", ["a", "scale", "mean"], ["n"])
            .Node("GlobalAveragePool", ["n"], ["g"]).Node("Flatten", ["g"], ["f"])
            .Node("Gemm", ["f", "w3"], ["l"], ("transB", AttributeValue.Of(1L))).Node("Softmax", ["l"], ["y"])
            .Output("y", ElementType.Float32, "N", 5)
            .Build();
        return (model, NamedTensors.Of("x", random.Floats(2, 3, size, size)));
    }

    // Several outputs, a tensor read in two layouts, one read by nobody, an output that is also read, shapes that depend on elements, integers and Booleans.
    private static (OnnxModel, NamedTensors) Mixed()
    {
        var random = new CaseRandom(5);
        OnnxModel model = new OnnxModelBuilder(17)
            .Input("x", ElementType.Float32, 6, 8).Input("k", ElementType.Int64, 1)
            .Initializer("w", random.Floats(8, 6))
            .Node("Split", ["x"], ["left", "right"], ("axis", AttributeValue.Of(0L)))
            .Node("MatMul", ["x", "w"], ["square"]).Node("MatMul", ["square", "square"], ["twice"])
            .Node("TopK", ["twice", "k"], ["values", "places"])
            .Node("Transpose", ["right"], ["turned"]).Node("MatMul", ["left", "turned"], ["dot"])
            .Node("Greater", ["dot", "dot"], ["none"]).Node("Cast", ["none"], ["unread"], ("to", AttributeValue.Of((long)ElementType.Int32)))
            .Node("NonZero", ["dot"], ["where"]).Node("Shape", ["where"], ["count"])
            .Node("LayerNormalization", ["twice", "row"], ["normal"]).Initializer("row", random.Floats(6))
            .Node("Erf", ["normal"], ["z"])
            .Output("values", ElementType.Float32, 6, "K").Output("places", ElementType.Int64, 6, "K").Output("count", ElementType.Int64, 2).Output("z", ElementType.Float32, 6, 6).Output("twice", ElementType.Float32, 6, 6)
            .Build();
        return (model, new NamedTensors([KeyValuePair.Create("x", random.Floats(6, 8)), KeyValuePair.Create("k", TensorValue.Create([3L], 1))]));
    }

    // Two samplers of one kind: each has draws of its own, which only the graph as a whole says.
    private static (OnnxModel, NamedTensors) Chance()
    {
        var random = new CaseRandom(6);
        OnnxModel model = new OnnxModelBuilder(17)
            .Input("x", ElementType.Float32, 2, 40)
            .Node("Multinomial", ["x"], ["one"], ("sample_size", AttributeValue.Of(9L)))
            .Node("Multinomial", ["x"], ["two"], ("sample_size", AttributeValue.Of(9L)))
            .Node("RandomNormalLike", ["x"], ["noise"]).Node("RandomNormalLike", ["noise"], ["more"])
            .Node("Add", ["noise", "more"], ["y"])
            .Output("one", ElementType.Int32, 2, 9).Output("two", ElementType.Int32, 2, 9).Output("y", ElementType.Float32, 2, 40)
            .Build();
        return (model, NamedTensors.Of("x", random.Floats(2, 40)));
    }

    // Tensors of several chunks, in each layout.
    private static (OnnxModel, NamedTensors) Large()
    {
        var random = new CaseRandom(7);
        OnnxModel model = new OnnxModelBuilder(17)
            .Input("x", ElementType.Float32, 3, 90, 90)
            .Node("Neg", ["x"], ["minus"]).Node("MatMul", ["x", "minus"], ["product"])
            .Node("Unsqueeze", ["product", "axis"], ["image"]).Initializer("axis", TensorValue.Create([0L], 1))
            .Initializer("w", random.Floats(2, 3, 3, 3)).Node("Conv", ["image", "w"], ["c"]).Node("Relu", ["c"], ["y"])
            .Output("y", ElementType.Float32, 1, 2, 88, 88)
            .Build();
        return (model, NamedTensors.Of("x", random.Floats(3, 90, 90)));
    }
}
