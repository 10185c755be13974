using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Powers of floats. Exponents 1, 2 and 3 are products, in binary64 and rounded once where the numbers are binary32; ½ is the root (of −∞: +∞, of −0: +0).</summary>
internal readonly struct PowerPair<T> : IPairFunction<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static T Two => T.One + T.One;

    private static T Three => Two + T.One;

    private static T Half => T.One / Two;

    public static T Apply(T left, T right)
    {
        if (right == T.One)
        {
            return left;
        }

        if (right == Two)
        {
            return left * left;
        }

        if (right == Three)
        {
            return Cube(left);
        }

        return right == Half ? Root(left) : FloatMath.Pow(left, right);
    }

    public static void Apply(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
    {
        for (int i = 0; i < left.Length; i++)
        {
            result[i] = Apply(left[i], right[i]);
        }
    }

    public static void Apply(ReadOnlySpan<T> left, T right, Span<T> result)
    {
        if (right == Two)
        {
            TensorPrimitives.Multiply(left, left, result);
        }
        else if (right == Three)
        {
            Cubes(left, result);
        }
        else if (right == Half)
        {
            for (int i = 0; i < left.Length; i++)
            {
                result[i] = Root(left[i]);
            }
        }
        else
        {
            for (int i = 0; i < left.Length; i++)
            {
                result[i] = Apply(left[i], right);
            }
        }
    }

    public static void Apply(T left, ReadOnlySpan<T> right, Span<T> result)
    {
        for (int i = 0; i < right.Length; i++)
        {
            result[i] = Apply(left, right[i]);
        }
    }

    private static T Root(T x) => T.IsNegativeInfinity(x) ? -x : T.Sqrt(x) + T.Zero;

    private static T Cube(T x)
    {
        if (typeof(T) != typeof(float))
        {
            return x * x * x;
        }

        double wide = double.CreateTruncating(x);
        return T.CreateTruncating(wide * wide * wide);
    }

    private static void Cubes(ReadOnlySpan<T> x, Span<T> y)
    {
        int i = 0;
        if (Vector.IsHardwareAccelerated && typeof(T) == typeof(float))
        {
            ReadOnlySpan<float> from = MemoryMarshal.Cast<T, float>(x);
            Span<float> to = MemoryMarshal.Cast<T, float>(y);
            for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(from[i..]), out Vector<double> low, out Vector<double> high);
                Vector.Narrow(low * low * low, high * high * high).CopyTo(to[i..]);
            }
        }

        for (; i < x.Length; i++)
        {
            y[i] = Cube(x[i]);
        }
    }
}
