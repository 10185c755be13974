using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Elementary functions over a row of binary32 or binary64.</summary>
internal static class RowFunctions
{
    /// <summary>Computes e^x for every element; the two rows may be one.</summary>
    internal static void Exp<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            ReadOnlySpan<float> from = MemoryMarshal.Cast<T, float>(x);
            Span<float> to = MemoryMarshal.Cast<T, float>(y);
            for (int i = 0; i < from.Length; i++)
            {
                to[i] = CanonicalMath.Exp(from[i]);
            }

            return;
        }

        throw new NotSupportedException("Only binary32.");
    }

    /// <summary>Completes a run of an output: <see cref="OperatorContext.Finish"/> for either float type.</summary>
    internal static void Finish<T>(OperatorContext context, Span<T> values, int start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            context.Finish(MemoryMarshal.Cast<T, float>(values), start);
        }
        else
        {
            CanonicalNaN.Apply(ElementType.Float64, MemoryMarshal.AsBytes(values));
        }
    }

    /// <summary>Computes the natural logarithm.</summary>
    internal static T Log<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(CanonicalMath.Log(Unsafe.BitCast<T, float>(x))) : Unsafe.BitCast<double, T>(CanonicalMath.Log(Unsafe.BitCast<T, double>(x)));

    /// <summary>Computes e^x.</summary>
    internal static T Exp<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Exp(new ReadOnlySpan<T>(in x), new Span<T>(ref x));
        return x;
    }
}
