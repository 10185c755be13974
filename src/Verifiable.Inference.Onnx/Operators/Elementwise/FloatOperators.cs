using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The operators that are one elementary function of <see cref="CanonicalMath"/>, one exact operation, or one rounding to an integer.</summary>
internal static class FloatOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define<ExpFunction>("Exp", 6),
        Define<LogFunction>("Log", 6),
        Define<TanhFunction>("Tanh", 6),
        Define<SigmoidFunction>("Sigmoid", 6),
        Define<ErfFunction>("Erf", 9),
        Define<SoftplusFunction>("Softplus", 1, true),
        Define<SinFunction>("Sin", 7),
        Define<CosFunction>("Cos", 7),
        Define<TanFunction>("Tan", 7),
        Define<AsinFunction>("Asin", 7),
        Define<AcosFunction>("Acos", 7),
        Define<AtanFunction>("Atan", 7),
        Define<SinhFunction>("Sinh", 9),
        Define<CoshFunction>("Cosh", 9),
        Define<AsinhFunction>("Asinh", 9),
        Define<AcoshFunction>("Acosh", 9),
        Define<AtanhFunction>("Atanh", 9),
        Define<SqrtFunction>("Sqrt", 6),
        Define<ReciprocalFunction>("Reciprocal", 6),
        Define<FloorFunction>("Floor", 6),
        Define<CeilFunction>("Ceil", 6),
        Define<RoundFunction>("Round", 11),
    ];

    private static OperatorDefinition Define<TFunction>(string name, int version, bool reachesBack = false)
        where TFunction : struct, IFloatFunction => new(name, version, binder =>
        {
            binder.Arity(1, 1);
            return new FloatOperator<TFunction>(default);
        }, floats: FloatInputs.All, reachesBack: reachesBack);

    private static void Each<TFunction, T>(TFunction function, ReadOnlySpan<T> x, Span<T> y)
        where TFunction : struct, IFloatFunction
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = function.Apply(x[i]);
        }
    }

    private readonly struct ExpFunction : IFloatFunction
    {
        public long Work => 8;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Exp(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Exp(x, y);
    }

    private readonly struct LogFunction : IFloatFunction
    {
        public long Work => 12;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Log(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Log(x, y);
    }

    private readonly struct TanhFunction : IFloatFunction
    {
        public long Work => 12;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Tanh(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Tanh(x, y);
    }

    private readonly struct SigmoidFunction : IFloatFunction
    {
        public long Work => 12;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Sigmoid(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Sigmoid(x, y);
    }

    private readonly struct ErfFunction : IFloatFunction
    {
        public long Work => 12;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Erf(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Erf(x, y);
    }

    private readonly struct SoftplusFunction : IFloatFunction
    {
        public long Work => 24;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Softplus(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Softplus(x, y);
    }

    private readonly struct SinFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Sin(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct CosFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Cos(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct TanFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Tan(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct AsinFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Asin(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct AcosFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Acos(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct AtanFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Atan(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct SinhFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Sinh(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct CoshFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Cosh(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct AsinhFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Asinh(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct AcoshFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Acosh(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct AtanhFunction : IFloatFunction
    {
        public long Work => 64;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Atanh(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Each(this, x, y);
    }

    private readonly struct SqrtFunction : IFloatFunction
    {
        public long Work => 4;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => FloatMath.Sqrt(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, y);
    }

    private readonly struct ReciprocalFunction : IFloatFunction
    {
        public long Work => 4;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.One / x;

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Divide(T.One, x, y);
    }

    private readonly struct FloorFunction : IFloatFunction
    {
        public long Work => 1;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.Floor(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Floor(x, y);
    }

    private readonly struct CeilFunction : IFloatFunction
    {
        public long Work => 1;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.Ceiling(x);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Ceiling(x, y);
    }

    /// <summary>To the nearest integer, ties to even.</summary>
    private readonly struct RoundFunction : IFloatFunction
    {
        public long Work => 1;

        public T Apply<T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.Round(x, MidpointRounding.ToEven);

        public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Round(x, MidpointRounding.ToEven, y);
    }
}
