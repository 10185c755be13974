using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of products with weights of few bits.</summary>
internal static class QuantizedWeightCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All = [("com.microsoft:MatMulNBits", MatMulNBits)];

    private static OperatorCase MatMulNBits(CaseRandom random, int opset)
    {
        int bits = random.Coin() ? 4 : 8;
        int block = 16 << random.Next(3);
        long depth = random.Length(100);
        long columns = random.Length(90);
        long blocks = (depth + block - 1) / block;
        long[] lengths = [.. random.Lengths(1, 2, 5), depth];
        TensorValue drawn = random.Floats(columns * blocks);
        TensorValue scales = random.IsSpecial ? drawn : TensorValue.Create([.. drawn.AsSpan<float>().ToArray().Select(value => 0.01f + MathF.Abs(value / 100f))], columns * blocks);
        TensorValue? zeros = random.Next(3) == 0 ? random.Tensor(ElementType.UInt8, columns * (((blocks * bits) + 7) / 8)) : null;
        TensorValue? bias = random.Coin() ? random.Floats(columns) : null;
        return OperatorCase.Of(
            "com.microsoft",
            "MatMulNBits",
            opset,
            [random.Floats(lengths), random.Tensor(ElementType.UInt8, columns, blocks, block * bits / 8), scales, zeros, null, bias],
            1,
            [0],
            ("K", AttributeValue.Of(depth)),
            ("N", AttributeValue.Of(columns)),
            ("bits", AttributeValue.Of(bits)),
            ("block_size", AttributeValue.Of(block)));
    }
}
