using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of operators that work element by element.</summary>
internal static class ElementwiseCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("Abs", (random, opset) => Unary("Abs", random, opset)),
        ("Add", (random, opset) => Binary("Add", random, opset)),
        ("BatchNormalization", BatchNormalization),
        ("Cast", Cast),
        ("Clip", Clip),
        ("Div", (random, opset) => Binary("Div", random, opset)),
        ("Dropout", Dropout),
        ("Exp", (random, opset) => Unary("Exp", random, opset)),
        ("Log", (random, opset) => Unary("Log", random, opset)),
        ("Mul", (random, opset) => Binary("Mul", random, opset)),
        ("Neg", (random, opset) => Unary("Neg", random, opset)),
        ("Relu", (random, opset) => Unary("Relu", random, opset)),
        ("Sigmoid", (random, opset) => Unary("Sigmoid", random, opset)),
        ("Sqrt", (random, opset) => Unary("Sqrt", random, opset)),
        ("Sub", (random, opset) => Binary("Sub", random, opset)),
        ("Tanh", (random, opset) => Unary("Tanh", random, opset)),
    ];

    private static OperatorCase Unary(string name, CaseRandom random, int opset) => OperatorCase.Of(name, opset, [random.Floats(random.Length(3, true), random.Length(90))], [0]);

    private static OperatorCase Binary(string name, CaseRandom random, int opset)
    {
        ElementType type = random.Coin() ? ElementType.Float32 : random.Type(CaseTypes.Numbers);
        long[] shape = random.Lengths(1, 4, 5, true);
        if (random.Coin())
        {
            shape[^1] = random.Length(40, true);
        }

        long[] Fit(long[] lengths) => [.. lengths.Skip(random.Next(2) * random.Next(lengths.Length + 1)).Select(length => random.Next(3) == 0 ? 1 : length)];
        bool same = random.Coin();
        long[] left = same ? shape : Fit(shape);
        long[] right = random.Next(4) == 0 ? shape : Fit(shape);
        return OperatorCase.Of(name, opset, [random.Tensor(type, left), random.Tensor(type, right)], left.Length > 0 && left.SequenceEqual(right) ? [0, 1] : []);
    }

    private static OperatorCase BatchNormalization(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6);
        long channels = shape.Length < 2 ? 1 : shape[1];
        return OperatorCase.Of(
            "BatchNormalization",
            opset,
            [random.Floats(shape), random.Floats(channels), random.Floats(channels), random.Floats(channels), random.Floats(channels)],
            [0],
            ("epsilon", AttributeValue.Of(random.Coin() ? 1e-5f : 0.01f)));
    }

    private static OperatorCase Cast(CaseRandom random, int opset)
    {
        TensorValue input = random.Tensor(random.Type(CaseTypes.All), random.Lengths(1, 2, 20));
        return OperatorCase.Of("Cast", opset, [input], [0], ("to", AttributeValue.Of((long)random.Type(CaseTypes.All))));
    }

    private static OperatorCase Clip(CaseRandom random, int opset)
    {
        TensorValue input = random.Floats(2, random.Length(50, true));
        if (opset < 11)
        {
            return OperatorCase.Of("Clip", opset, [input], [0], ("min", AttributeValue.Of(-0.5f)), ("max", AttributeValue.Of(random.Float())));
        }

        return OperatorCase.Of("Clip", opset, [input, random.Coin() ? random.Floats() : null, random.Coin() ? random.Floats() : null], [0]);
    }

    private static OperatorCase Dropout(CaseRandom random, int opset) =>
        OperatorCase.Of("Dropout", opset, opset >= 12 && random.Coin() ? [random.Floats(3, 5), random.Floats()] : [random.Floats(3, 5)], [0]);
}
