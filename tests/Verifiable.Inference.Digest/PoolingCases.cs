using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

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
        long[] least = random.Lengths(axes, axes, 8);
        least[^1] = random.Next(3) == 0 ? random.Between(8, 50) : least[^1];
        List<(string, AttributeValue)> attributes = WindowCases.Make(random, least, kernel, opset >= (averages ? 19 : 10), out long[] spatial);
        attributes.Add(("kernel_shape", AttributeValue.Of(kernel)));
        if (averages && random.Coin())
        {
            attributes.Add(("count_include_pad", AttributeValue.Of(1)));
        }

        if (opset >= 10 && random.Coin())
        {
            attributes.Add(("ceil_mode", AttributeValue.Of(1)));
        }

        // Indices count over the whole batch, and so depend on the row.
        bool hasIndices = !averages && opset >= 8 && random.Next(3) == 0;
        if (hasIndices && random.Coin())
        {
            attributes.Add(("storage_order", AttributeValue.Of(1)));
        }

        long[] lengths = [random.Length(3, true), random.Length(3, true), .. spatial];
        ElementType[] types = !averages && opset >= 12 ? [ElementType.Float32, ElementType.Float32, ElementType.Int8, ElementType.UInt8] : [ElementType.Float32];
        return OperatorCase.Of(string.Empty, name, opset, [random.Tensor(random.Type(types), lengths)], hasIndices ? 2 : 1, [0], [.. attributes]);
    }

    private static OperatorCase GlobalAveragePool(CaseRandom random, int opset) =>
        OperatorCase.Of("GlobalAveragePool", opset, [random.Floats([random.Length(3, true), random.Length(4, true), .. random.Lengths(1, 3, 12, true)])], [0]);
}
