using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of matrix products and convolutions.</summary>
internal static class ContractionCases
{
    private static readonly ElementType[] _integers = [ElementType.Int32, ElementType.Int64, ElementType.UInt32, ElementType.UInt64];

    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("Conv", Conv),
        ("ConvTranspose", ConvTranspose),
        ("Gemm", Gemm),
        ("com.microsoft:FusedMatMul", FusedMatMul),
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
        if (kind == 0 && axes == 2 && random.Coin())
        {
            // The window of 3 × 3 over single channels with padding 1, which has a kernel of its own.
            (inputChannels, kernel, spatial) = (1, [3, 3], [random.Between(3, 6), random.Between(24, 60)]);
            attributes = [("pads", AttributeValue.Of([1L, 1L, 1L, 1L]))];
            if (random.Coin())
            {
                // So has the one with stride 2.
                spatial = [random.Between(1, 9), random.Between(1, 80)];
                attributes.Add(("strides", AttributeValue.Of([2L, 2L])));
            }
            else if (random.Coin())
            {
                // And the one over narrow planes.
                spatial = [random.Between(1, 17), random.Between(1, 17)];
            }
        }

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

    private static OperatorCase ConvTranspose(CaseRandom random, int opset)
    {
        int axes = random.Between(1, 3);
        int groups = random.Between(1, 3);
        int inputChannels = random.Next(6) == 0 ? random.Between(60, 90) : random.Between(1, 4);
        int outputChannels = random.Between(1, 4);
        long[] kernel = random.Lengths(axes, axes, 3);
        List<(string, AttributeValue)> attributes = WindowCases.Make(random, random.Lengths(axes, axes, inputChannels > 4 ? 3 : 6), kernel, true, out long[] spatial);
        attributes.Add(("group", AttributeValue.Of(groups)));
        switch (random.Next(4))
        {
            case 0:
                attributes.Add(("output_padding", AttributeValue.Of([.. kernel.Select(_ => (long)random.Next(2))])));
                break;
            case 1:
                attributes.Add(("output_shape", AttributeValue.Of([.. spatial.Select(length => (2 * length) + random.Next(4))])));
                break;
        }

        TensorValue input = random.Floats([random.Length(3, true), groups * inputChannels, .. spatial]);
        TensorValue weights = random.Floats([groups * inputChannels, outputChannels, .. kernel]);
        return OperatorCase.Of("ConvTranspose", opset, random.Coin() ? [input, weights] : [input, weights, random.Floats(groups * outputChannels)], [0], [.. attributes]);
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

        ElementType type = ElementType.Float32;
        if (opset >= 9 && attributes.Count == 2 && random.Next(4) == 0)
        {
            type = random.Type(_integers);
            attributes.Add(("alpha", AttributeValue.Of((float)random.Between(-1, 2))));
            attributes.Add(("beta", AttributeValue.Of((float)random.Between(-1, 2))));
        }

        TensorValue a = left ? random.Tensor(type, depth, rows) : random.Tensor(type, rows, depth);
        TensorValue b = right ? random.Tensor(type, columns, depth) : random.Tensor(type, depth, columns);
        bool hasBias = opset < 11 || random.Next(3) > 0;
        long[] bias = biases[random.Next(biases.Length)];
        bool rowsMix = left || (hasBias && bias.Length == 2 && bias[0] > 1);
        return OperatorCase.Of("Gemm", opset, hasBias ? [a, b, random.Tensor(type, bias)] : [a, b], rowsMix ? [] : [0], [.. attributes]);
    }

    private static OperatorCase MatMul(CaseRandom random, int opset)
    {
        long rows = random.Length(40, true);
        long depth = random.Next(4) == 0 ? random.Between(255, 520) : random.Length(20, true);
        long columns = random.Length(depth > 200 ? 6 : 40, true);
        rows = depth > 200 ? Math.Min(rows, 5) : rows;
        ElementType type = opset >= 9 && random.Next(4) == 0 ? random.Type(_integers) : ElementType.Float32;
        TensorValue Matrix(params long[] lengths) => random.Tensor(type, lengths);
        return random.Next(7) switch
        {
            0 => OperatorCase.Of("MatMul", opset, [Matrix(depth), Matrix(depth, columns)], []),
            1 => OperatorCase.Of("MatMul", opset, [Matrix(rows, depth), Matrix(depth)], [0]),
            2 => OperatorCase.Of("MatMul", opset, [Matrix(2, 1, rows, depth), Matrix(3, depth, columns)], [0]),
            3 => OperatorCase.Of("MatMul", opset, [Matrix(2, 3, rows, depth), Matrix(2, 3, depth, columns)], [0, 1]),
            4 => OperatorCase.Of("MatMul", opset, [Matrix(3, rows, depth), Matrix(1, depth, columns)], [0]),
            5 => OperatorCase.Of("MatMul", opset, [Matrix(rows, depth), Matrix(3, depth, columns)], []),
            _ => OperatorCase.Of("MatMul", opset, [Matrix(3, rows, depth), Matrix(depth, columns)], [0]),
        };
    }

    private static OperatorCase FusedMatMul(CaseRandom random, int opset)
    {
        long rows = random.Length(40, true);
        long depth = random.Length(random.Next(4) == 0 ? 300 : 20, true);
        long columns = random.Length(40, true);
        bool left = random.Coin();
        bool right = random.Coin();
        List<(string, AttributeValue)> attributes = [("transA", AttributeValue.Of(left ? 1 : 0)), ("transB", AttributeValue.Of(right ? 1 : 0))];
        if (random.Coin())
        {
            attributes.Add(("alpha", AttributeValue.Of(0.125f + random.Next(3))));
        }

        long[] a = left ? [depth, rows] : [rows, depth];
        long[] b = right ? [columns, depth] : [depth, columns];
        return random.Next(4) switch
        {
            0 => OperatorCase.Of("com.microsoft", "FusedMatMul", opset, [random.Floats(depth), random.Floats(b)], 1, [], [.. attributes]),
            1 => OperatorCase.Of("com.microsoft", "FusedMatMul", opset, [random.Floats(a), random.Floats(b)], 1, [], [.. attributes]),
            2 => OperatorCase.Of("com.microsoft", "FusedMatMul", opset, [random.Floats([2, .. a]), random.Floats(b)], 1, [0], [.. attributes]),
            _ => OperatorCase.Of("com.microsoft", "FusedMatMul", opset, [random.Floats([2, 3, .. a]), random.Floats([2, 3, .. b])], 1, [0, 1], [.. attributes]),
        };
    }
}
