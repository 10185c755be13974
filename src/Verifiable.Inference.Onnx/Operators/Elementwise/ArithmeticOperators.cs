using System.Collections.Immutable;
using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Add, Sub, Mul, Div and PRelu with broadcasting.</summary>
internal static class ArithmeticOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define<AddFunction>("Add"),
        Define<SubFunction>("Sub"),
        Define<MulFunction>("Mul"),
        Define<DivFunction>("Div"),
        Define<PReluFunction>("PRelu", true),
    ];

    // Version 7 brought broadcasting as it is now; before, it was steered by attributes.
    private static OperatorDefinition Define<TFunction>(string name, bool isUnidirectional = false)
        where TFunction : struct, IBinaryFunction => new(name, 7, binder =>
        {
            binder.Arity(2, 2);
            return new BinaryOperator<TFunction>(TypeSets.Numbers, isUnidirectional);
        }, floats: FloatInputs.All);

    /// <summary>Adds; integers wrap.</summary>
    internal readonly struct AddFunction : IBinaryFunction
    {
        public static bool HasVector<T>() => true;

        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => unchecked(left + right);

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, INumber<T> => left + right;
    }

    /// <summary>Divides. Integers are cut toward zero, x ÷ 0 is 0 (as ARM64 computes it), and the least integer ÷ −1 is itself.</summary>
    internal readonly struct DivFunction : IBinaryFunction
    {
        public static bool HasVector<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(double);

        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T>
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                return left / right;
            }

            if (T.IsZero(right))
            {
                return T.Zero;
            }

            return right == unchecked(T.Zero - T.One) && T.IsNegative(right) ? unchecked(T.Zero - left) : left / right;
        }

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, INumber<T> => left / right;
    }

    /// <summary>Multiplies; integers wrap.</summary>
    internal readonly struct MulFunction : IBinaryFunction
    {
        public static bool HasVector<T>() => true;

        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => unchecked(left * right);

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, INumber<T> => left * right;
    }

    /// <summary>Subtracts; integers wrap.</summary>
    private readonly struct SubFunction : IBinaryFunction
    {
        public static bool HasVector<T>() => true;

        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => unchecked(left - right);

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, INumber<T> => left - right;
    }

    /// <summary>x where it is not below zero, else x·slope; integers wrap.</summary>
    private readonly struct PReluFunction : IBinaryFunction
    {
        public static bool HasVector<T>() => true;

        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => left < T.Zero ? unchecked(left * right) : left;

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, INumber<T> => Vector.ConditionalSelect(Vector.LessThan(left, Vector<T>.Zero), left * right, left);
    }
}
