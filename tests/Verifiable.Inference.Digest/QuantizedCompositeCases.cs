using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Random cases of the quantised operators of <c>com.microsoft</c> that are defined by an expansion.</summary>
internal static class QuantizedCompositeCases
{
    private const string Microsoft = "com.microsoft";

    private static readonly ElementType[] _types = [ElementType.UInt8, ElementType.Int8];

    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("com.microsoft:DequantizeLinear", (random, opset) => Linear("DequantizeLinear", random, opset)),
        ("com.microsoft:DynamicQuantizeMatMul", DynamicProduct),
        ("com.microsoft:MatMulIntegerToFloat", FloatProduct),
        ("com.microsoft:QGemm", Gemm),
        ("com.microsoft:QLinearAdd", (random, opset) => Pair("QLinearAdd", random, opset)),
        ("com.microsoft:QLinearAveragePool", (random, opset) => Single("QLinearAveragePool", random, opset, 4, ("kernel_shape", AttributeValue.Of([1L, 1L])), ("channels_last", AttributeValue.Of(0)))),
        ("com.microsoft:QLinearConcat", Concat),
        ("com.microsoft:QLinearGlobalAveragePool", (random, opset) => Single("QLinearGlobalAveragePool", random, opset, 4, ("channels_last", AttributeValue.Of(0)))),
        ("com.microsoft:QLinearLeakyRelu", (random, opset) => Single("QLinearLeakyRelu", random, opset, 0, ("alpha", AttributeValue.Of(0.2f)))),
        ("com.microsoft:QLinearMul", (random, opset) => Pair("QLinearMul", random, opset)),
        ("com.microsoft:QLinearSigmoid", (random, opset) => Single("QLinearSigmoid", random, opset, 0)),
        ("com.microsoft:QLinearSoftmax", (random, opset) => Single("QLinearSoftmax", random, opset, 2, ("opset", AttributeValue.Of(13)), ("axis", AttributeValue.Of(-1)))),
        ("com.microsoft:QuantizeLinear", (random, opset) => Linear("QuantizeLinear", random, opset)),
    ];

    private static OperatorCase Linear(string name, CaseRandom random, int opset)
    {
        long[] lengths = random.Lengths(1, 3, 6);
        ElementType type = random.Type(_types);
        TensorValue x = name[0] == 'Q' ? random.Floats(lengths) : random.Tensor(type, lengths);
        return OperatorCase.Of(Microsoft, name, opset, [x, Scale(random, 0.03f), random.Tensor(type, [])], 1, []);
    }

    private static OperatorCase Pair(string name, CaseRandom random, int opset)
    {
        long[] lengths = random.Lengths(1, 3, 6);
        ElementType type = random.Type(_types);
        long[] other = random.Next(3) == 0 ? [lengths[^1]] : lengths;
        return OperatorCase.Of(
            Microsoft,
            name,
            opset,
            [random.Tensor(type, lengths), Scale(random, 0.02f), random.Tensor(type, []), random.Tensor(type, other), Scale(random, 0.02f), random.Tensor(type, []), Scale(random, 0.05f), random.Tensor(type, [])],
            1,
            []);
    }

    private static OperatorCase Single(string name, CaseRandom random, int opset, int rank, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        long[] lengths = rank > 0 ? random.Lengths(rank, rank, 6) : random.Lengths(1, 3, 6);
        ElementType type = random.Type(_types);
        return OperatorCase.Of(Microsoft, name, opset, [random.Tensor(type, lengths), Scale(random, 0.03f), random.Tensor(type, []), Scale(random, 0.02f), random.Tensor(type, [])], 1, [], attributes);
    }

    private static OperatorCase Concat(CaseRandom random, int opset)
    {
        long[] lengths = random.Lengths(2, 3, 5);
        ElementType type = random.Type(_types);
        List<TensorValue?> inputs = [Scale(random, 0.03f), random.Tensor(type, [])];
        for (int i = random.Between(1, 3); i > 0; i--)
        {
            lengths[1] = random.Between(1, 4);
            inputs.AddRange([random.Tensor(type, lengths), Scale(random, 0.02f), random.Tensor(type, [])]);
        }

        return OperatorCase.Of(Microsoft, "QLinearConcat", opset, [.. inputs], 1, [], ("axis", AttributeValue.Of(1)));
    }

    private static OperatorCase DynamicProduct(CaseRandom random, int opset)
    {
        (long rows, long depth, long columns) = (random.Between(1, 6), random.Between(1, 40), random.Between(1, 40));
        ElementType type = random.Type(_types);
        return OperatorCase.Of(
            Microsoft,
            "DynamicQuantizeMatMul",
            opset,
            [random.Floats(rows, depth), random.Tensor(type, depth, columns), Scale(random, 0.02f), random.Coin() ? random.Tensor(type, []) : null, random.Coin() ? random.Floats(columns) : null],
            1,
            []);
    }

    private static OperatorCase FloatProduct(CaseRandom random, int opset)
    {
        (long rows, long depth, long columns) = (random.Between(1, 6), random.Between(1, 40), random.Between(1, 40));
        ElementType type = random.Type(_types);
        return OperatorCase.Of(
            Microsoft,
            "MatMulIntegerToFloat",
            opset,
            [
                random.Tensor(ElementType.UInt8, rows, depth), random.Tensor(type, depth, columns), Scale(random, 0.02f), Scale(random, 0.02f), random.Tensor(ElementType.UInt8, []),
                random.Tensor(type, []), random.Coin() ? random.Floats(columns) : null,
            ],
            1,
            []);
    }

    private static OperatorCase Gemm(CaseRandom random, int opset)
    {
        (long rows, long depth, long columns) = (random.Between(1, 6), random.Between(1, 40), random.Between(1, 40));
        ElementType type = random.Type(_types);
        bool turned = random.Coin();
        bool isReal = random.Coin();
        return OperatorCase.Of(
            Microsoft,
            "QGemm",
            opset,
            [
                random.Tensor(ElementType.UInt8, rows, depth), Scale(random, 0.02f), random.Tensor(ElementType.UInt8, []),
                turned ? random.Tensor(type, columns, depth) : random.Tensor(type, depth, columns), Scale(random, 0.02f), random.Tensor(type, []), Bias(random, columns),
                isReal ? null : Scale(random, 3f), isReal ? null : random.Tensor(ElementType.UInt8, []),
            ],
            1,
            [],
            ("transB", AttributeValue.Of(turned ? 1 : 0)));
    }

    private static TensorValue Bias(CaseRandom random, long columns) => TensorValue.Create([.. Enumerable.Range(0, (int)columns).Select(_ => random.Between(-1000, 1000))], columns);

    private static TensorValue Scale(CaseRandom random, float size) => TensorValue.Create([size * (0.5f + (random.Next(1000) / 1000f))], []);
}
