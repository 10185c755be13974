using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of operators that work element by element.</summary>
internal static class ElementwiseCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        .. new[] { "Abs", "BitwiseNot", "Neg", "Relu", "Sign" }.Select(name => Named(name, NumberUnary)),
        .. new[]
        {
            "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Erf", "Exp", "Floor", "IsNaN", "Log", "Reciprocal", "Round", "Sigmoid", "Sin", "Sinh",
            "Softplus", "Sqrt", "Tan", "Tanh",
        }.Select(name => Named(name, Unary)),
        .. new[] { "Add", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Mul", "Sub" }.Select(name => Named(name, Binary)),
        .. new[] { "And", "Or", "Xor" }.Select(name => Named(name, (_, random, opset) => Pair(name, random, opset, ElementType.Boolean))),
        .. new[] { "BitwiseAnd", "BitwiseOr", "BitwiseXor" }.Select(name => Named(name, (_, random, opset) => Pair(name, random, opset, random.Type(CaseTypes.Integers)))),
        .. new[] { "Max", "Mean", "Min", "Sum" }.Select(name => Named(name, Variadic)),
        ("BatchNormalization", BatchNormalization),
        ("BitShift", BitShift),
        ("Cast", Cast),
        ("CastLike", CastLike),
        ("Clip", Clip),
        ("Dropout", Dropout),
        ("IsInf", IsInf),
        ("Mod", Mod),
        ("Not", (random, opset) => OperatorCase.Of("Not", opset, [random.Tensor(ElementType.Boolean, random.Length(3, true), random.Length(70))], [0])),
        ("PRelu", PRelu),
        ("Pow", Pow),
        ("Where", Where),
    ];

    private static (string Name, Func<CaseRandom, int, OperatorCase> Make) Named(string name, Func<string, CaseRandom, int, OperatorCase> make) =>
        (name, (random, opset) => make(name, random, opset));

    private static OperatorCase Unary(string name, CaseRandom random, int opset) => OperatorCase.Of(name, opset, [random.Floats(random.Length(3, true), random.Length(90))], [0]);

    private static OperatorCase NumberUnary(string name, CaseRandom random, int opset)
    {
        ElementType type = name == "BitwiseNot" ? random.Type(CaseTypes.Integers) : random.Coin() ? ElementType.Float32 : random.Type(CaseTypes.Numbers);
        return OperatorCase.Of(name, opset, [random.Tensor(type, random.Length(3, true), random.Length(90))], [0]);
    }

    private static OperatorCase Binary(string name, CaseRandom random, int opset) =>
        Pair(name, random, opset, random.Coin() ? ElementType.Float32 : random.Type(name == "Equal" ? [.. CaseTypes.Numbers, ElementType.Boolean] : CaseTypes.Numbers));

    // Shapes that broadcast, often one inside the other, sometimes with a long axis somewhere.
    private static long[][] Shapes(CaseRandom random, int count)
    {
        long[] shape = random.Lengths(1, 4, 5, true);
        if (random.Coin())
        {
            shape[random.Coin() ? ^1 : random.Next(shape.Length)] = random.Length(80, true);
        }

        long[] Fit() => random.Next(3) == 0 ? shape : [.. shape.Skip(random.Next(2) * random.Next(shape.Length + 1)).Select(length => random.Next(3) == 0 ? 1 : length)];
        return [.. Enumerable.Range(0, count).Select(_ => Fit())];
    }

    private static OperatorCase Pair(string name, CaseRandom random, int opset, ElementType type, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        long[][] shapes = Shapes(random, 2);
        int[] batched = shapes[0].Length > 0 && shapes[0].SequenceEqual(shapes[1]) ? [0, 1] : [];
        return OperatorCase.Of(name, opset, [random.Tensor(type, shapes[0]), random.Tensor(type, shapes[1])], batched, attributes);
    }

    private static OperatorCase Variadic(string name, CaseRandom random, int opset)
    {
        ElementType type = name is "Sum" or "Mean" || random.Coin() ? ElementType.Float32 : random.Type(CaseTypes.Numbers);
        return OperatorCase.Of(name, opset, [.. Shapes(random, random.Between(1, 4)).Select(shape => random.Tensor(type, shape))], []);
    }

    private static OperatorCase BitShift(CaseRandom random, int opset)
    {
        ElementType[] types = [ElementType.UInt8, ElementType.UInt16, ElementType.UInt32, ElementType.UInt64];
        ElementType type = random.Type(types);
        long[][] shapes = Shapes(random, 2);
        TensorValue counts = random.Tensor(type, shapes[1]);
        byte[] bytes = [.. counts.Bytes.Span];
        for (int i = 0; i < bytes.Length; i++)
        {
            // Counts around the width of the type, now and then far beyond it.
            bytes[i] = i % ElementTypes.SizeOf(type) == 0 ? (byte)(bytes[i] % 70) : random.Next(20) == 0 ? bytes[i] : (byte)0;
        }

        return OperatorCase.Of(
            "BitShift", opset, [random.Tensor(type, shapes[0]), TensorValue.Take(type, counts.Shape, bytes)], [], ("direction", AttributeValue.Of(random.Coin() ? "LEFT" : "RIGHT")));
    }

    private static OperatorCase IsInf(CaseRandom random, int opset) => OperatorCase.Of(
        "IsInf",
        opset,
        [random.Floats(random.Length(3, true), random.Length(90))],
        [0],
        ("detect_negative", AttributeValue.Of(random.Next(2))),
        ("detect_positive", AttributeValue.Of(random.Next(2))));

    private static OperatorCase Mod(CaseRandom random, int opset)
    {
        bool isFloat = random.Coin();
        return Pair(
            "Mod", random, opset, isFloat ? random.Type([ElementType.Float32, ElementType.Float64]) : random.Type(CaseTypes.Integers), ("fmod", AttributeValue.Of(isFloat ? 1 : random.Next(2))));
    }

    private static OperatorCase PRelu(CaseRandom random, int opset)
    {
        long[] shape = random.Lengths(1, 4, 6, true);
        long[] slope = [.. shape.Skip(random.Next(shape.Length + 1)).Select(length => random.Next(3) == 0 ? 1 : length)];
        return OperatorCase.Of("PRelu", opset, [random.Floats(shape), random.Floats(slope)], []);
    }

    private static OperatorCase Pow(CaseRandom random, int opset)
    {
        long[][] shapes = Shapes(random, 2);
        if (random.Coin())
        {
            shapes[1] = [];
        }

        ElementType type = opset < 12 || random.Coin() ? ElementType.Float32 : random.Type([ElementType.Int32, ElementType.Int64, ElementType.Float64]);
        ElementType exponentType = opset < 12 ? type : random.Coin() ? ElementType.Float32 : random.Type([.. CaseTypes.Numbers, ElementType.Float16, ElementType.BFloat16]);
        TensorValue exponent = random.Tensor(exponentType, shapes[1]);
        if (exponentType == ElementType.Float32 && random.Coin())
        {
            float[] common = [0f, 0.5f, 1f, 2f, 3f, -1f, 4f, -2f, 0.25f];
            exponent = TensorValue.Create([.. Enumerable.Range(0, exponent.Length).Select(_ => common[random.Next(common.Length)])], shapes[1]);
        }

        return OperatorCase.Of("Pow", opset, [random.Tensor(type, shapes[0]), exponent], []);
    }

    private static OperatorCase Where(CaseRandom random, int opset)
    {
        ElementType type = random.Coin() ? ElementType.Float32 : random.Type(CaseTypes.All);
        long[][] shapes = Shapes(random, 3);
        return OperatorCase.Of("Where", opset, [random.Tensor(ElementType.Boolean, shapes[0]), random.Tensor(type, shapes[1]), random.Tensor(type, shapes[2])], []);
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

    private static OperatorCase CastLike(CaseRandom random, int opset) => OperatorCase.Of(
        "CastLike", opset, [random.Tensor(random.Type(CaseTypes.All), random.Lengths(1, 2, 20)), random.Tensor(random.Type(CaseTypes.All), 1)], [0]);

    private static OperatorCase Clip(CaseRandom random, int opset)
    {
        if (opset < 11)
        {
            return OperatorCase.Of(
                "Clip", opset, [random.Floats(2, random.Length(50, true))], [0], ("min", AttributeValue.Of(-0.5f)), ("max", AttributeValue.Of(random.Float())));
        }

        ElementType type = random.Coin() ? ElementType.Float32 : random.Type([.. CaseTypes.Numbers, ElementType.Float16, ElementType.BFloat16]);
        TensorValue? Bound() => random.Coin() ? random.Tensor(type) : null;
        return OperatorCase.Of("Clip", opset, [random.Tensor(type, 2, random.Length(50, true)), Bound(), Bound()], [0]);
    }

    private static OperatorCase Dropout(CaseRandom random, int opset) =>
        OperatorCase.Of("Dropout", opset, opset >= 12 && random.Coin() ? [random.Floats(3, 5), random.Floats()] : [random.Floats(3, 5)], [0]);
}
