using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The functions of <see cref="CanonicalMath"/> for either binary32 or binary64, so that an operator's definition is written once. No other type is
/// supported.</summary>
internal static class FloatMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exp<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Exp(Single(x))) : Of<T>(CanonicalMath.Exp(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Expm1<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Expm1(Single(x))) : Of<T>(CanonicalMath.Expm1(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Log(Single(x))) : Of<T>(CanonicalMath.Log(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log1p<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Log1p(Single(x))) : Of<T>(CanonicalMath.Log1p(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tanh<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Tanh(Single(x))) : Of<T>(CanonicalMath.Tanh(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sigmoid<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Sigmoid(Single(x))) : Of<T>(CanonicalMath.Sigmoid(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Softplus<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Softplus(Single(x))) : Of<T>(CanonicalMath.Softplus(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Erf<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Erf(Single(x))) : Of<T>(CanonicalMath.Erf(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sin<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Sin(Single(x))) : Of<T>(CanonicalMath.Sin(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Cos<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Cos(Single(x))) : Of<T>(CanonicalMath.Cos(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tan<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Tan(Single(x))) : Of<T>(CanonicalMath.Tan(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Asin<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Asin(Single(x))) : Of<T>(CanonicalMath.Asin(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Acos<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Acos(Single(x))) : Of<T>(CanonicalMath.Acos(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Atan<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Atan(Single(x))) : Of<T>(CanonicalMath.Atan(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sinh<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Sinh(Single(x))) : Of<T>(CanonicalMath.Sinh(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Cosh<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Cosh(Single(x))) : Of<T>(CanonicalMath.Cosh(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Asinh<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Asinh(Single(x))) : Of<T>(CanonicalMath.Asinh(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Acosh<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Acosh(Single(x))) : Of<T>(CanonicalMath.Acosh(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Atanh<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Atanh(Single(x))) : Of<T>(CanonicalMath.Atanh(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sqrt<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Sqrt(Single(x))) : Of<T>(CanonicalMath.Sqrt(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Pow<T>(T x, T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Of<T>(CanonicalMath.Pow(Single(x), Single(y))) : Of<T>(CanonicalMath.Pow(Double(x), Double(y)));

    /// <summary>Returns the larger number: a NaN wins over every number, and +0 is larger than −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Max<T>(T left, T right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (left > right || T.IsNaN(left))
        {
            return left;
        }

        return left == right ? left == T.Zero ? left + right : left : right;
    }

    /// <summary>Returns the smaller number: a NaN wins over every number, and −0 is smaller than +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Min<T>(T left, T right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (left < right || T.IsNaN(left))
        {
            return left;
        }

        return left == right ? left == T.Zero ? -(-left + -right) : left : right;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T FusedMultiplyAdd<T>(T x, T y, T addend)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float)
        ? Of<T>(CanonicalMath.FusedMultiplyAdd(Single(x), Single(y), Single(addend)))
        : Of<T>(CanonicalMath.FusedMultiplyAdd(Double(x), Double(y), Double(addend)));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Exp<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            CanonicalMath.Exp(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Exp(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Log<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            CanonicalMath.Log(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Log(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Tanh<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            CanonicalMath.Tanh(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Tanh(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Sigmoid<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            CanonicalMath.Sigmoid(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Sigmoid(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Erf<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            CanonicalMath.Erf(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Erf(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Softplus<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            CanonicalMath.Softplus(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Softplus(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Sqrt<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            CanonicalMath.Sqrt(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Sqrt(x[i]);
        }
    }

    private static float Single<T>(T x)
        where T : unmanaged => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(x) : throw new NotSupportedException("Only binary32 and binary64.");

    private static double Double<T>(T x)
        where T : unmanaged => typeof(T) == typeof(double) ? Unsafe.BitCast<T, double>(x) : throw new NotSupportedException("Only binary32 and binary64.");

    private static T Of<T>(float x)
        where T : unmanaged => Unsafe.BitCast<float, T>(x);

    private static T Of<T>(double x)
        where T : unmanaged => Unsafe.BitCast<double, T>(x);
}
