using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The operators of one input that work on numbers of any type, element by element.</summary>
internal static class NumberOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define("Abs", 6, new AbsFunction(), TypeSets.Numbers),
        Define("Neg", 6, new NegFunction(), TypeSets.Numbers),
        Define("Sign", 9, new SignFunction(), TypeSets.Numbers),

        // Integers since version 14.
        Define("Relu", 6, new ReluFunction(), TypeSets.Numbers),
        new("BitwiseNot", 18, binder =>
        {
            binder.Arity(1, 1);
            return new NumberOperator<NotFunction>(default, TypeSets.Integers);
        }),
        new("Shrink", 9, binder =>
        {
            binder.Arity(1, 1);
            return new NumberOperator<ShrinkFunction>(new ShrinkFunction(binder.Float("lambd", 0.5f), binder.Float("bias", 0f)), TypeSets.Numbers);
        }, floats: FloatInputs.All),
    ];

    private static OperatorDefinition Define<TFunction>(string name, int version, TFunction function, ElementType[] types)
        where TFunction : struct, INumberFunction => new(name, version, binder =>
        {
            binder.Arity(1, 1);
            return new NumberOperator<TFunction>(function, types);
        }, floats: FloatInputs.All);

    /// <summary>|x|; the least integer is its own.</summary>
    private readonly struct AbsFunction : INumberFunction
    {
        public bool HasVector<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(double);

        // T.Abs would throw for the least integer, and a NaN may keep its sign.
        public T Apply<T>(T x)
            where T : unmanaged, INumber<T> => T.IsNegative(x) ? unchecked(-x) : x;

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, INumber<T> => Vector.Abs(x);
    }

    /// <summary>−x; the least integer is its own, and unsigned ones wrap.</summary>
    private readonly struct NegFunction : INumberFunction
    {
        public bool HasVector<T>() => true;

        public T Apply<T>(T x)
            where T : unmanaged, INumber<T> => unchecked(-x);

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, INumber<T> => -x;
    }

    /// <summary>−1, 0 or 1; +0 for both zeros, NaN for NaN.</summary>
    private readonly struct SignFunction : INumberFunction
    {
        public bool HasVector<T>() => false;

        public T Apply<T>(T x)
            where T : unmanaged, INumber<T>
        {
            if (x > T.Zero)
            {
                return T.One;
            }

            return x < T.Zero ? unchecked(-T.One) : T.IsNaN(x) ? x : T.Zero;
        }

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, INumber<T> => throw new NotSupportedException("Expected a function with a vector form.");
    }

    /// <summary>x ≤ 0 gives +0 (−0 too), otherwise x; NaN stays.</summary>
    internal readonly struct ReluFunction : INumberFunction
    {
        public bool HasVector<T>() => true;

        public T Apply<T>(T x)
            where T : unmanaged, INumber<T> => x <= T.Zero ? T.Zero : x;

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, INumber<T> => Vector.ConditionalSelect(Vector.LessThanOrEqual(x, Vector<T>.Zero), Vector<T>.Zero, x);
    }

    /// <summary>The bits of an integer, each the other way round.</summary>
    private readonly struct NotFunction : INumberFunction
    {
        public bool HasVector<T>() => true;

        public T Apply<T>(T x)
            where T : unmanaged, INumber<T> => unchecked(T.Zero - x - T.One);

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, INumber<T> => ~x;
    }

    /// <summary>x + bias below −lambd, x − bias above lambd, else 0. Integers go through binary64 and are cut toward zero, saturated.</summary>
    private readonly struct ShrinkFunction(float threshold, float bias) : INumberFunction
    {
        public bool HasVector<T>() => false;

        public T Apply<T>(T x)
            where T : unmanaged, INumber<T>
        {
            if (typeof(T) == typeof(float))
            {
                float value = float.CreateTruncating(x);
                return T.CreateTruncating(value < -threshold ? value + bias : value > threshold ? value - bias : 0f);
            }

            double wide = double.CreateTruncating(x);
            return T.CreateSaturating(wide < -(double)threshold ? wide + bias : wide > threshold ? wide - bias : 0.0);
        }

        public Vector<T> Apply<T>(Vector<T> x)
            where T : unmanaged, INumber<T> => throw new NotSupportedException("Expected a function with a vector form.");
    }
}
