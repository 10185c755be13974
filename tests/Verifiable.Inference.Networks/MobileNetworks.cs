using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Networks;

/// <summary>Networks of depthwise and grouped convolutions.</summary>
public static class MobileNetworks
{
    /// <summary>Makes the shape of MobileNet-V2 (Sandler and others, "Inverted Residuals and Linear Bottlenecks", CVPR 2018, table 2) for one image.</summary>
    public static Network MobileNetV2(ulong seed = 2, int size = 224)
    {
        var builder = new NetworkBuilder(seed);
        string x = Clip6(builder, builder.Conv(builder.Image(3, size), 3, 32, 3, 2));
        int channels = 32;
        foreach ((int expansion, int to, int count, int stride) in new[] { (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1) })
        {
            for (int i = 0; i < count; i++)
            {
                x = Inverted(builder, x, channels, expansion, to, i == 0 ? stride : 1);
                channels = to;
            }
        }

        x = Clip6(builder, builder.Conv(x, channels, 1280, 1));
        return builder.Build(size == 224 ? "mobilenetv2" : "mobilenetv2-small", (builder.Classify(x, 1280), [1, 1000]));
    }

    /// <summary>Makes blocks in the manner of MobileNet-V3: hard swish, squeeze and excitation.</summary>
    public static Network MobileNetV3Cell(ulong seed = 3)
    {
        var builder = new NetworkBuilder(seed);
        string x = builder.Node("HardSwish", [builder.Conv(builder.Image(3, 24), 3, 16, 3, 2)]);
        string y = builder.Node("HardSwish", [builder.Conv(x, 16, 16, 5, groups: 16)]);
        string scale = builder.Relu(builder.Conv(builder.Node("GlobalAveragePool", [y]), 16, 8, 1));
        scale = builder.Node("HardSigmoid", [builder.Conv(scale, 8, 16, 1)], ("alpha", AttributeValue.Of(1f / 6)));
        x = builder.Node("Add", [x, builder.Conv(builder.Node("Mul", [scale, y]), 16, 16, 1)]);
        return builder.Build("mobilenetv3-cell", (builder.Classify(x, 16, 10), [1, 10]));
    }

    /// <summary>Makes a unit in the manner of ShuffleNet-V2 (Ma and others, ECCV 2018): split, depthwise convolution, concatenation, channel shuffle.</summary>
    public static Network ShuffleNetCell(ulong seed = 4)
    {
        var builder = new NetworkBuilder(seed);
        string x = builder.Pool("MaxPool", builder.Relu(builder.Conv(builder.Image(3, 30), 3, 24, 3, 2)), 3, 2, 1);
        for (int i = 0; i < 2; i++)
        {
            string[] halves = builder.Nodes("Split", [x, builder.Integers(12, 12)], 2, ("axis", AttributeValue.Of(1L)));
            string y = builder.Relu(builder.Conv(halves[1], 12, 12, 1));
            y = builder.Conv(y, 12, 12, 3, groups: 12);
            y = builder.Relu(builder.Conv(y, 12, 12, 1));
            x = builder.Node("Concat", [halves[0], y], ("axis", AttributeValue.Of(1L)));
            x = builder.Node("Reshape", [x, builder.Integers(1, 2, 12, 8, 8)]);
            x = builder.Node("Transpose", [x], ("perm", AttributeValue.Of([0L, 2, 1, 3, 4])));
            x = builder.Node("Reshape", [x, builder.Integers(1, -1, 8, 8)]);
        }

        x = builder.Relu(builder.Conv(x, 24, 36, 3, groups: 3));
        string mean = builder.Opset >= 18
            ? builder.Node("ReduceMean", [x, builder.Integers(2, 3)], ("keepdims", AttributeValue.Of(0L)))
            : builder.Node("ReduceMean", [x], ("axes", AttributeValue.Of([2L, 3])), ("keepdims", AttributeValue.Of(0L)));
        return builder.Build("shufflenet-cell", (builder.Gemm(mean, 36, 10), [1, 10]));
    }

    private static string Inverted(NetworkBuilder builder, string x, int from, int expansion, int to, int stride)
    {
        int wide = from * expansion;
        string y = expansion == 1 ? x : Clip6(builder, builder.Conv(x, from, wide, 1));
        y = Clip6(builder, builder.Conv(y, wide, wide, 3, stride, groups: wide));
        y = builder.Conv(y, wide, to, 1, gain: 1);
        return stride == 1 && from == to ? builder.Node("Add", [x, y]) : y;
    }

    private static string Clip6(NetworkBuilder builder, string x) => builder.Node("Clip", [x, builder.Scalar(0), builder.Scalar(6)]);
}
