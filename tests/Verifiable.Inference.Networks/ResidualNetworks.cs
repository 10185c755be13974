namespace Verifiable.Inference.Networks;

/// <summary>Networks of residual blocks (He and others, "Deep Residual Learning for Image Recognition", CVPR 2016).</summary>
public static class ResidualNetworks
{
    /// <summary>Makes the shape of ResNet-50, version 1.5 (the stride is in the block's 3 × 3 convolution), for one image of 224 × 224.</summary>
    /// <param name="normalizes">Whether normalisations are graph nodes of their own; otherwise they are folded into the convolutions, as exporters do.</param>
    /// <param name="seed">The seed of the weights.</param>
    public static Network ResNet50(bool normalizes = false, ulong seed = 50)
    {
        var builder = new NetworkBuilder(seed);
        string x = Unit(builder, builder.Image(3, 224), 3, 64, 7, 2, normalizes, true);
        x = builder.Pool("MaxPool", x, 3, 2, 1);
        int channels = 64;
        int[] blocks = [3, 4, 6, 3];
        for (int stage = 0; stage < 4; stage++)
        {
            for (int block = 0; block < blocks[stage]; block++)
            {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                x = Bottleneck(builder, x, channels, 64 << stage, stride, normalizes);
                channels = 256 << stage;
            }
        }

        return builder.Build(normalizes ? "resnet50-bn" : "resnet50", (builder.Classify(x, channels), [1, 1000]));
    }

    /// <summary>Makes a small network of basic blocks, in the manner of ResNet-18.</summary>
    public static Network Small(bool normalizes, ulong seed = 18, int batch = 2)
    {
        var builder = new NetworkBuilder(seed);
        string x = builder.Pool("MaxPool", Unit(builder, builder.Image(3, 33, batch), 3, 16, 7, 2, normalizes, true), 3, 2, 1);
        int channels = 16;
        foreach (int next in new[] { 16, 32, 48 })
        {
            int stride = next == channels ? 1 : 2;
            string y = Unit(builder, x, channels, next, 3, stride, normalizes, true);
            y = Unit(builder, y, next, next, 3, 1, normalizes, false);
            string shortcut = next == channels ? x : Unit(builder, x, channels, next, 1, stride, normalizes, false);
            x = builder.Relu(builder.Node("Add", [y, shortcut]));
            channels = next;
        }

        return builder.Build(normalizes ? "resnet-small-bn" : "resnet-small", (builder.Classify(x, channels, 10), [batch, 10]));
    }

    /// <summary>Makes two basic blocks on planes as wide as those of networks for images of 224 × 224, which fill whole tiles of places.</summary>
    public static Network Stage(ulong seed = 28)
    {
        var builder = new NetworkBuilder(seed);
        string x = Unit(builder, builder.Image(3, 28), 3, 32, 1, 1, false, true);
        x = builder.Relu(builder.Node("Add", [Unit(builder, Unit(builder, x, 32, 32, 3, 1, false, true), 32, 32, 3, 1, false, false), x]));
        string y = Unit(builder, Unit(builder, x, 32, 64, 3, 2, false, true), 64, 64, 3, 1, false, false);
        x = builder.Relu(builder.Node("Add", [y, Unit(builder, x, 32, 64, 1, 2, false, false)]));
        return builder.Build("resnet-stage", (builder.Classify(x, 64, 10), [1, 10]));
    }

    private static string Bottleneck(NetworkBuilder builder, string x, int channels, int width, int stride, bool normalizes)
    {
        string y = Unit(builder, x, channels, width, 1, 1, normalizes, true);
        y = Unit(builder, y, width, width, 3, stride, normalizes, true);
        y = Unit(builder, y, width, width * 4, 1, 1, normalizes, false);
        string shortcut = channels == width * 4 && stride == 1 ? x : Unit(builder, x, channels, width * 4, 1, stride, normalizes, false);
        return builder.Relu(builder.Node("Add", [y, shortcut]));
    }

    // The last unit of a branch has less gain, so that sums over many blocks stay small.
    private static string Unit(NetworkBuilder builder, string x, int from, int to, int kernel, int stride, bool normalizes, bool isRectified)
    {
        string y = builder.Conv(x, from, to, kernel, stride, gain: isRectified ? 2 : 0.5, bias: !normalizes);
        y = normalizes ? builder.BatchNormalization(y, to) : y;
        return isRectified ? builder.Relu(y) : y;
    }
}
