using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of products and convolutions of 8-bit integers.</summary>
internal static class QuantizedCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("ConvInteger", (random, opset) => Conv(random, opset, false)),
        ("MatMulInteger", (random, opset) => MatMul(random, opset, false)),
        ("QLinearConv", (random, opset) => Conv(random, opset, true)),
        ("QLinearMatMul", (random, opset) => MatMul(random, opset, true)),
    ];

    private static readonly ElementType[] _types = [ElementType.UInt8, ElementType.Int8];

    private static OperatorCase MatMul(CaseRandom random, int opset, bool isLinear)
    {
        long rows = random.Length(20, true);
        long depth = random.Next(4) == 0 ? random.Between(250, 800) : random.Length(20, true);
        long columns = random.Length(40, true);
        (long[] left, long[] right, int[] batched) = random.Next(5) switch
        {
            0 => ((long[])[depth], (long[])[depth, columns], (int[])[]),
            1 => ([rows, depth], [depth], [0]),
            2 => ([2, 1, rows, depth], [3, depth, columns], [0]),
            3 => ([2, 3, rows, depth], [depth, columns], [0]),
            _ => ([rows, depth], [depth, columns], []),
        };
        (ElementType a, ElementType b) = (random.Type(_types), random.Type(_types));
        long[] rowwise = left.Length > 1 && batched.Length == 0 && random.Coin() ? PerLine(random, left, 1) : [];
        long[] columnwise = right.Length > 1 && random.Coin() ? PerLine(random, right, 2) : [];
        TensorValue leftZero = random.Tensor(a, rowwise);
        TensorValue rightZero = random.Tensor(b, columnwise);
        if (!isLinear)
        {
            TensorValue?[] parameters = random.Next(3) switch { 0 => [], 1 => [null, rightZero], _ => [leftZero, rightZero] };
            return OperatorCase.Of("MatMulInteger", opset, [random.Tensor(a, left), random.Tensor(b, right), .. parameters], batched);
        }

        return OperatorCase.Of(
            "QLinearMatMul",
            opset,
            [
                random.Tensor(a, left), Scales(random, rowwise), leftZero, random.Tensor(b, right), Scales(random, columnwise), rightZero,
                Scales(random, []), random.Tensor(random.Type(_types), []),
            ],
            batched);
    }

    private static OperatorCase Conv(CaseRandom random, int opset, bool isLinear)
    {
        int axes = random.Between(1, 3);
        int groups = random.Between(1, 3);
        int inputChannels = (int)random.Length(random.Next(5) == 0 ? 100 : 4, true);
        int outputChannels = random.Between(1, 6);
        long[] kernel = random.Lengths(axes, axes, 3);
        List<(string, AttributeValue)> attributes = WindowCases.Make(random, random.Lengths(axes, axes, axes == 1 ? 40 : 6), kernel, true, out long[] spatial);
        attributes.Add(("group", AttributeValue.Of(groups)));
        (ElementType x, ElementType w) = (random.Type(_types), random.Type(_types));
        TensorValue input = random.Tensor(x, [random.Length(3, true), groups * inputChannels, .. spatial]);
        TensorValue weights = random.Tensor(w, [groups * outputChannels, inputChannels, .. kernel]);
        long[] channelwise = random.Coin() ? [groups * outputChannels] : [];
        TensorValue inputZero = random.Tensor(x, []);
        TensorValue weightZero = random.Tensor(w, channelwise);
        if (!isLinear)
        {
            TensorValue?[] parameters = random.Next(3) switch { 0 => [], 1 => [null, weightZero], _ => [inputZero, weightZero] };
            return OperatorCase.Of("ConvInteger", opset, [input, weights, .. parameters], [0], [.. attributes]);
        }

        TensorValue?[] bias = random.Coin() ? [random.Tensor(ElementType.Int32, groups * outputChannels)] : [];
        return OperatorCase.Of(
            "QLinearConv",
            opset,
            [
                input, Scales(random, []), inputZero, weights, Scales(random, channelwise), weightZero, Scales(random, []), random.Tensor(random.Type(_types), []), .. bias,
            ],
            [0],
            [.. attributes]);
    }

    private static long[] PerLine(CaseRandom random, long[] operand, int summedFromEnd)
    {
        if (operand.Length == 2 && random.Coin())
        {
            return [operand[summedFromEnd - 1]];
        }

        long[] shape = [.. operand];
        shape[^summedFromEnd] = 1;
        return shape;
    }

    private static TensorValue Scales(CaseRandom random, long[] shape)
    {
        TensorValue drawn = random.Floats(shape);
        return random.IsSpecial ? drawn : TensorValue.Create([.. drawn.AsSpan<float>().ToArray().Select(value => 0.01f + MathF.Abs(value / 10f))], shape);
    }
}
