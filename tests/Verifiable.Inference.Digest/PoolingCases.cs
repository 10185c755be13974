using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of pooling.</summary>
internal static class PoolingCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("AveragePool", (random, opset) => Pool("AveragePool", random, opset)),
        ("DepthToSpace", (random, opset) => DepthSpace("DepthToSpace", random, opset)),
        ("GlobalAveragePool", (random, opset) => GlobalPool("GlobalAveragePool", random, opset)),
        ("GlobalLpPool", (random, opset) => GlobalPool("GlobalLpPool", random, opset)),
        ("GlobalMaxPool", (random, opset) => GlobalPool("GlobalMaxPool", random, opset)),
        ("LRN", LocalResponseNormalization),
        ("LpPool", (random, opset) => Pool("LpPool", random, opset)),
        ("MaxPool", (random, opset) => Pool("MaxPool", random, opset)),
        ("MaxUnpool", MaxUnpool),
        ("SpaceToDepth", (random, opset) => DepthSpace("SpaceToDepth", random, opset)),
    ];

    private static OperatorCase Pool(string name, CaseRandom random, int opset)
    {
        int axes = random.Between(1, 3);
        long[] kernel = random.Lengths(axes, axes, 3);
        bool averages = name == "AveragePool";
        bool isNorm = name == "LpPool";
        long[] least = random.Lengths(axes, axes, 8);
        least[^1] = random.Next(3) == 0 ? random.Between(8, 50) : least[^1];
        List<(string, AttributeValue)> attributes = WindowCases.Make(random, least, kernel, opset >= (averages ? 19 : isNorm ? 18 : 10), out long[] spatial);
        attributes.Add(("kernel_shape", AttributeValue.Of(kernel)));
        if (averages && opset >= 7 && random.Coin())
        {
            attributes.Add(("count_include_pad", AttributeValue.Of(1)));
        }

        if (opset >= (isNorm ? 18 : 10) && random.Coin())
        {
            attributes.Add(("ceil_mode", AttributeValue.Of(1)));
        }

        if (isNorm && random.Coin())
        {
            attributes.Add(("p", AttributeValue.Of(random.Between(1, 4))));
        }

        // Indices count over the whole batch, and so depend on the row.
        bool hasIndices = !averages && !isNorm && opset >= 8 && random.Next(3) == 0;
        if (hasIndices && random.Coin())
        {
            attributes.Add(("storage_order", AttributeValue.Of(1)));
        }

        long[] lengths = [random.Length(3, true), random.Length(3, true), .. spatial];
        ElementType[] types = !averages && !isNorm && opset >= 12 ? [ElementType.Float32, ElementType.Float32, ElementType.Int8, ElementType.UInt8] : [ElementType.Float32];
        return OperatorCase.Of(string.Empty, name, opset, [random.Tensor(random.Type(types), lengths)], hasIndices ? 2 : 1, [0], [.. attributes]);
    }

    private static OperatorCase GlobalPool(string name, CaseRandom random, int opset)
    {
        List<(string, AttributeValue)> attributes = name == "GlobalLpPool" && random.Coin() ? [("p", AttributeValue.Of(random.Between(1, 4)))] : [];
        return OperatorCase.Of(name, opset, [random.Floats([random.Length(3, true), random.Length(4, true), .. random.Lengths(1, 3, 12, true)])], [0], [.. attributes]);
    }

    private static OperatorCase LocalResponseNormalization(CaseRandom random, int opset)
    {
        List<(string, AttributeValue)> attributes = [("size", AttributeValue.Of(random.Between(1, 7)))];
        if (random.Coin())
        {
            attributes.AddRange([("alpha", AttributeValue.Of(0.3f)), ("beta", AttributeValue.Of(0.6f)), ("bias", AttributeValue.Of(1.7f))]);
        }

        return OperatorCase.Of("LRN", opset, [random.Floats([random.Length(3, true), random.Length(9, true), .. random.Lengths(0, 3, 6, true)])], [0], [.. attributes]);
    }

    private static OperatorCase DepthSpace(string name, CaseRandom random, int opset)
    {
        int block = random.Between(1, 3);
        bool deep = name == "DepthToSpace";
        List<(string, AttributeValue)> attributes = [("blocksize", AttributeValue.Of(block))];
        if (deep && opset >= 11 && random.Coin())
        {
            attributes.Add(("mode", AttributeValue.Of(random.Coin() ? "CRD" : "DCR")));
        }

        long side = deep ? 1 : block;
        long[] lengths = [random.Length(3, true), random.Length(3, true) * (deep ? block * block : 1), random.Length(4, true) * side, random.Length(4) * side];
        return OperatorCase.Of(name, opset, [random.Tensor(random.Type(CaseTypes.All), lengths)], [0], [.. attributes]);
    }

    // Places may be named twice: the last element stays.
    private static OperatorCase MaxUnpool(CaseRandom random, int opset)
    {
        int axes = random.Between(1, 3);
        long[] kernel = random.Lengths(axes, axes, 3);
        long[] strides = [.. kernel.Select(_ => (long)random.Between(1, 3))];
        long[] pads = [.. Enumerable.Range(0, 2 * axes).Select(i => kernel[i % axes] > 1 ? (long)random.Next(2) : 0)];
        long[] spatial = random.Lengths(axes, axes, 4);
        long[] lengths = [random.Length(2), random.Length(3), .. spatial.Select(length => length + 1)];
        long[] spread = [lengths[0], lengths[1], .. kernel.Select((length, i) => (spatial[i] * strides[i]) + length - pads[i] - pads[i + axes])];
        long count = spread.Aggregate(1L, (product, length) => product * length);
        TensorValue input = random.Floats(count == 0 ? [0, .. lengths[1..]] : lengths);
        long[] indices = new long[input.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = random.Next((int)count);
        }

        TensorValue places = TensorValue.Create(indices, [.. input.Shape.Lengths]);
        TensorValue? shape = random.Coin() ? TensorValue.Create([input.Shape[0], .. spread[1..].Select(length => length + random.Next(2))], spread.Length) : null;
        return OperatorCase.Of("MaxUnpool", opset, shape is null ? [input, places] : [input, places, shape], [],
            ("kernel_shape", AttributeValue.Of(kernel)), ("strides", AttributeValue.Of(strides)), ("pads", AttributeValue.Of(pads)));
    }
}
