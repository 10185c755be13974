using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of matrix products and convolutions.</summary>
internal static class ContractionCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("Conv", Conv),
        ("Gemm", Gemm),
        ("MatMul", MatMul),
    ];

    // Shapes for every form that a convolution takes: many places, few places and many channels, groups of few channels, rows longer and shorter than vectors.
    private static OperatorCase Conv(CaseRandom random, int opset)
    {
        int axes = random.Between(1, 3);
        int kind = random.Next(6);
        int groups = kind == 0 ? random.Between(2, 5) : random.Between(1, 3);
        int inputChannels = (int)random.Length(kind == 1 ? 40 : kind == 2 ? 300 : 4, true);
        int outputChannels = kind == 3 ? random.Between(32, 70) : kind == 0 ? random.Between(1, 3) : random.Between(1, kind == 4 ? 20 : 6);
        long[] kernel = kind == 2 ? [.. Enumerable.Repeat(1L, axes)] : random.Lengths(axes, axes, 3);
        long[] least = random.Lengths(axes, axes, axes == 1 ? 40 : kind == 2 ? 4 : 9);
        if (kind is 0 or 4)
        {
            least[^1] = random.Between(1, axes == 3 ? 20 : 70);
        }

        List<(string, AttributeValue)> attributes = WindowCases.Make(random, least, kernel, true, out long[] spatial);
        attributes.Add(("group", AttributeValue.Of(groups)));
        if (random.Coin())
        {
            attributes.Add(("kernel_shape", AttributeValue.Of(kernel)));
        }

        TensorValue input = random.Floats([random.Length(kind is 2 or 3 ? 2 : 3, true), groups * inputChannels, .. spatial]);
        TensorValue weights = random.Floats([groups * outputChannels, inputChannels, .. kernel]);
        TensorValue? bias = random.Coin() ? random.Floats(groups * outputChannels) : null;
        return OperatorCase.Of("Conv", opset, bias is null ? [input, weights] : [input, weights, bias], [0], [.. attributes]);
    }

    private static OperatorCase Gemm(CaseRandom random, int opset)
    {
        long rows = random.Length(70, true);
        long depth = random.Next(3) == 0 ? random.Between(250, 600) : random.Length(30, true);
        long columns = random.Length(depth > 200 ? 10 : 70, true);
        rows = depth > 200 ? Math.Min(rows, 6) : rows;
        bool left = random.Coin();
        bool right = random.Coin();
        long[][] biases = [[columns], [1, columns], [rows, columns], [rows, 1], [1], []];
        List<(string, AttributeValue)> attributes = [("transA", AttributeValue.Of(left ? 1 : 0)), ("transB", AttributeValue.Of(right ? 1 : 0))];
        if (random.Next(3) == 0)
        {
            attributes.Add(("alpha", AttributeValue.Of(0.3f)));
        }

        if (random.Next(3) == 0)
        {
            attributes.Add(("beta", AttributeValue.Of(-1.7f)));
        }

        TensorValue a = left ? random.Floats(depth, rows) : random.Floats(rows, depth);
        TensorValue b = right ? random.Floats(columns, depth) : random.Floats(depth, columns);
        bool hasBias = opset < 11 || random.Next(3) > 0;
        long[] bias = biases[random.Next(biases.Length)];
        bool rowsMix = left || (hasBias && bias.Length == 2 && bias[0] > 1);
        return OperatorCase.Of("Gemm", opset, hasBias ? [a, b, random.Floats(bias)] : [a, b], rowsMix ? [] : [0], [.. attributes]);
    }

    private static OperatorCase MatMul(CaseRandom random, int opset)
    {
        long rows = random.Length(40, true);
        long depth = random.Next(4) == 0 ? random.Between(255, 520) : random.Length(20, true);
        long columns = random.Length(depth > 200 ? 6 : 40, true);
        rows = depth > 200 ? Math.Min(rows, 5) : rows;
        return random.Next(5) switch
        {
            0 => OperatorCase.Of("MatMul", opset, [random.Floats(depth), random.Floats(depth, columns)], []),
            1 => OperatorCase.Of("MatMul", opset, [random.Floats(rows, depth), random.Floats(depth)], [0]),
            2 => OperatorCase.Of("MatMul", opset, [random.Floats(2, 1, rows, depth), random.Floats(3, depth, columns)], [0]),
            3 => OperatorCase.Of("MatMul", opset, [random.Floats(2, 3, rows, depth), random.Floats(2, 3, depth, columns)], [0, 1]),
            _ => OperatorCase.Of("MatMul", opset, [random.Floats(3, rows, depth), random.Floats(depth, columns)], [0]),
        };
    }
}
