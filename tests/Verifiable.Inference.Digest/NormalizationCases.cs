using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of normalisations.</summary>
internal static class NormalizationCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("GroupNormalization", GroupNormalization),
        ("InstanceNormalization", InstanceNormalization),
        ("LayerNormalization", (random, opset) => Layer(string.Empty, "LayerNormalization", random, opset)),
        ("LpNormalization", LpNormalization),
        ("RMSNormalization", (random, opset) => Layer(string.Empty, "RMSNormalization", random, opset)),
        ("SimplifiedLayerNormalization", (random, opset) => Layer(string.Empty, "SimplifiedLayerNormalization", random, opset)),
        ("com.microsoft:LayerNormalization", (random, opset) => Layer("com.microsoft", "LayerNormalization", random, opset)),
        ("com.microsoft:SimplifiedLayerNormalization", (random, opset) => Layer("com.microsoft", "SimplifiedLayerNormalization", random, opset)),
    ];

    private static OperatorCase Layer(string domain, string name, CaseRandom random, int opset)
    {
        long[] shape = Shape(random, 1);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        int first = axis < 0 ? axis + shape.Length : axis;

        // Mostly one number for each element of a row; else something that broadcasts.
        TensorValue Factor() => random.Next(4) > 0
            ? random.Floats(shape[first..])
            : random.Floats([.. shape.Skip(random.Next(shape.Length + 1)).Select(length => random.Coin() ? 1 : length)]);
        bool centers = name == "LayerNormalization";
        TensorValue scale = Factor();
        TensorValue? bias = centers && random.Next(3) > 0 ? Factor() : null;
        int outputs = name == "RMSNormalization" ? 1 : random.Between(1, centers ? 3 : 2);
        bool mixes = first == 0 || scale.Shape.Rank == shape.Length || bias?.Shape.Rank == shape.Length;
        return OperatorCase.Of(
            domain, name, opset, bias is null ? [random.Floats(shape), scale] : [random.Floats(shape), scale, bias], outputs, mixes ? [] : [0],
            ("axis", AttributeValue.Of(axis)), ("epsilon", AttributeValue.Of(random.Coin() ? 1e-5f : 0.1f)));
    }

    private static OperatorCase InstanceNormalization(CaseRandom random, int opset)
    {
        long[] shape = Shape(random, 2);
        return OperatorCase.Of("InstanceNormalization", opset, [random.Floats(shape), random.Floats(shape[1]), random.Floats(shape[1])], [0]);
    }

    private static OperatorCase GroupNormalization(CaseRandom random, int opset)
    {
        long[] shape = Shape(random, 2);
        int groups = random.Between(1, 3);
        shape[1] *= groups;
        long factors = opset < 21 ? groups : shape[1];
        return OperatorCase.Of(
            "GroupNormalization", opset, [random.Floats(shape), random.Floats(factors), random.Floats(factors)], [0],
            ("num_groups", AttributeValue.Of(groups)), ("epsilon", AttributeValue.Of(0.01f)));
    }

    private static OperatorCase LpNormalization(CaseRandom random, int opset)
    {
        long[] shape = Shape(random, 1);
        int axis = random.Between(-shape.Length, shape.Length - 1);
        return OperatorCase.Of(
            "LpNormalization", opset, [random.Floats(shape)], axis == 0 || axis == -shape.Length ? [] : [0], ("axis", AttributeValue.Of(axis)), ("p", AttributeValue.Of(random.Between(1, 2))));
    }

    private static long[] Shape(CaseRandom random, int leastRank)
    {
        long[] shape = random.Lengths(leastRank, 4, 5, true);
        if (random.Coin())
        {
            shape[^1] = random.Between(60, 140);
        }

        return shape;
    }
}
