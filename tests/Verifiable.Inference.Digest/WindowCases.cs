using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Random attributes of sliding windows.</summary>
internal static class WindowCases
{
    internal static List<(string, AttributeValue)> Make(CaseRandom random, long[] spatial, long[] kernel, bool dilates, out long[] enlarged)
    {
        int axes = spatial.Length;
        List<(string, AttributeValue)> attributes = [];
        long[] dilations = [.. kernel.Select(_ => dilates ? (long)random.Between(1, 2) : 1)];
        if (dilates && random.Coin())
        {
            attributes.Add(("dilations", AttributeValue.Of(dilations)));
        }
        else
        {
            dilations.AsSpan().Fill(1);
        }

        enlarged = [.. spatial.Select((length, i) => Math.Max(length, ((kernel[i] - 1) * dilations[i]) + 1))];
        if (random.Coin())
        {
            attributes.Add(("strides", AttributeValue.Of([.. kernel.Select(_ => (long)random.Between(1, 3))])));
        }

        switch (random.Next(4))
        {
            case 0:
                attributes.Add(("pads", AttributeValue.Of([.. Enumerable.Range(0, 2 * axes).Select(i => (long)random.Next((int)kernel[i % axes]))])));
                break;
            case 1:
                attributes.Add(("auto_pad", AttributeValue.Of(new[] { "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET" }[random.Next(4)])));
                break;
        }

        return attributes;
    }
}
