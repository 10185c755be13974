using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of quantisation.</summary>
internal static class QuantizationCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("DequantizeLinear", DequantizeLinear),
        ("DynamicQuantizeLinear", (random, opset) => OperatorCase.Of("", "DynamicQuantizeLinear", opset, [random.Floats(random.Lengths(0, 2, 20, true))], 3, [])),
        ("QuantizeLinear", QuantizeLinear),
    ];

    private static readonly ElementType[] _narrow = [ElementType.UInt8, ElementType.Int8];

    private static readonly ElementType[] _types = [ElementType.UInt8, ElementType.Int8, ElementType.UInt16, ElementType.Int16];

    private static OperatorCase QuantizeLinear(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6, true);
        (long[] scales, (string, AttributeValue)[] attributes) = Layout(random, opset, shape);
        TensorValue? zero = random.Coin() ? random.Tensor(random.Type(opset >= 21 ? _types : _narrow), scales) : null;
        return OperatorCase.Of("QuantizeLinear", opset, [random.Floats(shape), Scales(random, scales), zero], [], attributes);
    }

    private static OperatorCase DequantizeLinear(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6, true);
        (long[] scales, (string, AttributeValue)[] attributes) = Layout(random, opset, shape);
        bool isWide = random.Next(5) == 0;
        ElementType type = isWide ? ElementType.Int32 : random.Type(opset >= 21 ? _types : _narrow);
        return OperatorCase.Of(
            "DequantizeLinear", opset, [random.Tensor(type, shape), Scales(random, scales), !isWide && random.Coin() ? random.Tensor(type, scales) : null], [], attributes);
    }

    private static TensorValue Scales(CaseRandom random, long[] shape)
    {
        TensorValue drawn = random.Floats(shape);
        return random.IsSpecial ? drawn : TensorValue.Create([.. drawn.AsSpan<float>().ToArray().Select(value => 0.001f + MathF.Abs(value / 10f))], shape);
    }

    private static (long[] Scales, (string Name, AttributeValue Value)[] Attributes) Layout(CaseRandom random, int opset, long[] shape)
    {
        int axis = random.Next(shape.Length);
        int named = random.Coin() ? axis : axis - shape.Length;
        if (opset >= 21 && random.Coin())
        {
            long block = random.Between(1, 4);
            long[] scales = [.. shape];
            scales[axis] = (shape[axis] + block - 1) / block;
            return (scales, [("axis", AttributeValue.Of(named)), ("block_size", AttributeValue.Of(block))]);
        }

        return opset >= 13 && random.Coin() ? ([shape[axis]], [("axis", AttributeValue.Of(named))]) : ([], []);
    }
}
