using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Networks;

/// <summary>Small networks with the parts of older convolutional ones.</summary>
public static class PlainNetworks
{
    /// <summary>Makes a network in the manner of VGG: stacked 3 × 3 convolutions, pooling, dropout, fully connected layers.</summary>
    public static Network Vgg(ulong seed = 16)
    {
        var builder = new NetworkBuilder(seed);
        string x = builder.Image(3, 32);
        int channels = 3;
        foreach (int next in new[] { 16, 32, 64 })
        {
            x = builder.Relu(builder.Conv(x, channels, next, 3));
            x = builder.Pool("MaxPool", builder.Relu(builder.Conv(x, next, next, 3)), 2, 2);
            channels = next;
        }

        x = builder.Node("Flatten", [x], ("axis", AttributeValue.Of(1L)));
        x = builder.Node("Dropout", [builder.Relu(builder.Gemm(x, 64 * 16, 128))]);
        return builder.Build("vgg-small", (builder.Node("Softmax", [builder.Gemm(x, 128, 10)], ("axis", AttributeValue.Of(1L))), [1, 10]));
    }

    /// <summary>Makes a network in the manner of AlexNet: large kernels, grouped convolutions, local response normalisation.</summary>
    public static Network AlexNet(ulong seed = 12)
    {
        var builder = new NetworkBuilder(seed);
        string x = builder.Relu(builder.Conv(builder.Image(3, 63), 3, 16, 11, 4, padding: 2));
        x = builder.Node(
            "LRN", [x], ("size", AttributeValue.Of(5L)), ("alpha", AttributeValue.Of(1e-4f)), ("beta", AttributeValue.Of(0.75f)), ("bias", AttributeValue.Of(1f)));
        x = builder.Pool("MaxPool", x, 3, 2);
        x = builder.Relu(builder.Conv(x, 16, 32, 5, groups: 2));
        return builder.Build("alexnet-small", (builder.Classify(x, 32, 10), [1, 10]));
    }

    /// <summary>Makes a fire module of SqueezeNet: a narrow layer, two wide ones side by side.</summary>
    public static Network SqueezeNetCell(ulong seed = 11)
    {
        var builder = new NetworkBuilder(seed);
        string x = builder.Relu(builder.Conv(builder.Image(3, 31), 3, 24, 3, 2, padding: 0));
        string narrow = builder.Relu(builder.Conv(builder.Pool("MaxPool", x, 3, 2), 24, 8, 1));
        x = builder.Node("Concat", [builder.Relu(builder.Conv(narrow, 8, 16, 1)), builder.Relu(builder.Conv(narrow, 8, 16, 3))], ("axis", AttributeValue.Of(1L)));
        x = builder.Node("GlobalAveragePool", [builder.Relu(builder.Conv(x, 32, 10, 1))]);
        return builder.Build("squeezenet-cell", (builder.Node("Reshape", [x, builder.Integers(1, -1)]), [1, 10]));
    }

    /// <summary>Makes a cell of Inception: branches of several kernels, one of them a mean, factored kernels.</summary>
    public static Network InceptionCell(ulong seed = 3)
    {
        var builder = new NetworkBuilder(seed);
        string x = builder.Relu(builder.Conv(builder.Image(3, 19), 3, 16, 3));
        string one = builder.Relu(builder.Conv(x, 16, 8, 1));
        string three = builder.Relu(builder.Conv(builder.Relu(builder.Conv(x, 16, 8, 1)), 8, 12, 3));
        string five = builder.Relu(builder.Conv(builder.Relu(builder.Conv(x, 16, 4, 1)), 4, 8, 5));
        string mean = builder.Relu(builder.Conv(builder.Pool("AveragePool", x, 3, 1, 1), 16, 8, 1));
        string wide = builder.Node(
            "Conv", [x, builder.Weight(2, 16 * 7, 8, 16, 1, 7), builder.Uniform(-0.1f, 0.1f, 8)], ("kernel_shape", AttributeValue.Of([1L, 7])), ("pads", AttributeValue.Of([0L, 3, 0, 3])));
        string most = builder.Pool("MaxPool", x, 3, 1, 1);
        x = builder.Node("Concat", [one, three, five, mean, wide, most], ("axis", AttributeValue.Of(1L)));
        return builder.Build("inception-cell", (builder.Classify(x, 60, 10), [1, 10]));
    }

    /// <summary>Makes a dense block and a transition of DenseNet: every layer sees all before it.</summary>
    public static Network DenseNetCell(ulong seed = 121)
    {
        var builder = new NetworkBuilder(seed);
        string x = builder.Conv(builder.Image(3, 20), 3, 16, 3, bias: false);
        int channels = 16;
        for (int i = 0; i < 3; i++)
        {
            string y = builder.Conv(builder.Relu(builder.BatchNormalization(x, channels)), channels, 32, 1, bias: false);
            y = builder.Conv(builder.Relu(builder.BatchNormalization(y, 32)), 32, 12, 3, bias: false);
            x = builder.Node("Concat", [x, y], ("axis", AttributeValue.Of(1L)));
            channels += 12;
        }

        x = builder.Conv(builder.Relu(builder.BatchNormalization(x, channels)), channels, 26, 1, bias: false);
        return builder.Build("densenet-cell", (builder.Classify(builder.Pool("AveragePool", x, 2, 2), 26, 10), [1, 10]));
    }
}
