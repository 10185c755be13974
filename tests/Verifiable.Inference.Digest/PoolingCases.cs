using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of pooling.</summary>
internal static class PoolingCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("AveragePool", (random, opset) => Pool("AveragePool", random, opset)),
        ("GlobalAveragePool", GlobalAveragePool),
        ("MaxPool", (random, opset) => Pool("MaxPool", random, opset)),
    ];

    private static OperatorCase Pool(string name, CaseRandom random, int opset)
    {
        int axes = random.Between(1, 3);
        long[] kernel = random.Lengths(axes, axes, 3);
        bool averages = name == "AveragePool";
        List<(string, AttributeValue)> attributes = WindowCases.Make(random, random.Lengths(axes, axes, 8), kernel, opset >= (averages ? 19 : 10), out long[] spatial);
        attributes.Add(("kernel_shape", AttributeValue.Of(kernel)));
        if (averages && random.Coin())
        {
            attributes.Add(("count_include_pad", AttributeValue.Of(1)));
        }

        if (opset >= 10 && random.Coin())
        {
            attributes.Add(("ceil_mode", AttributeValue.Of(1)));
        }

        return OperatorCase.Of(name, opset, [random.Floats([random.Length(3, true), random.Length(3, true), .. spatial])], [0], [.. attributes]);
    }

    private static OperatorCase GlobalAveragePool(CaseRandom random, int opset) =>
        OperatorCase.Of("GlobalAveragePool", opset, [random.Floats([random.Length(3, true), random.Length(4, true), .. random.Lengths(1, 3, 12, true)])], [0]);
}
