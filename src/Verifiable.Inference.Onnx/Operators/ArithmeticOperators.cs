using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Add, Sub, Mul and Div with broadcasting.</summary>
internal static class ArithmeticOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define<AddFunction>("Add"),
        Define<SubFunction>("Sub"),
        Define<MulFunction>("Mul"),
        Define<DivFunction>("Div"),
    ];

    // Version 7 brought broadcasting as it is now; before, it was steered by attributes.
    private static OperatorDefinition Define<TFunction>(string name)
        where TFunction : struct, IBinaryFunction => new(name, 7, binder =>
        {
            binder.Arity(2, 2);
            return new BinaryOperator<TFunction>();
        });

    /// <summary>Adds; integers wrap.</summary>
    private readonly struct AddFunction : IBinaryFunction
    {
        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => unchecked(left + right);

        public static void Apply<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, INumber<T> => TensorPrimitives.Add(left, right, result);

        public static void Apply<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, INumber<T> => TensorPrimitives.Add(left, right, result);

        public static void Apply<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, INumber<T> => TensorPrimitives.Add(right, left, result);
    }

    /// <summary>Subtracts; integers wrap.</summary>
    private readonly struct SubFunction : IBinaryFunction
    {
        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => unchecked(left - right);

        public static void Apply<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(left, right, result);

        public static void Apply<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(left, right, result);

        public static void Apply<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(left, right, result);
    }

    /// <summary>Multiplies; integers wrap.</summary>
    private readonly struct MulFunction : IBinaryFunction
    {
        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => unchecked(left * right);

        public static void Apply<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(left, right, result);

        public static void Apply<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(left, right, result);

        public static void Apply<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(right, left, result);
    }

    /// <summary>Divides. Integers are cut toward zero, x ÷ 0 is 0 (as ARM64 computes it), and the least integer ÷ −1 is itself.</summary>
    private readonly struct DivFunction : IBinaryFunction
    {
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

        public static void Apply<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, INumber<T>
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                TensorPrimitives.Divide(left, right, result);
                return;
            }

            for (int i = 0; i < left.Length; i++)
            {
                result[i] = Apply(left[i], right[i]);
            }
        }

        public static void Apply<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < left.Length; i++)
            {
                result[i] = Apply(left[i], right);
            }
        }

        public static void Apply<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < right.Length; i++)
            {
                result[i] = Apply(left, right[i]);
            }
        }
    }
}
