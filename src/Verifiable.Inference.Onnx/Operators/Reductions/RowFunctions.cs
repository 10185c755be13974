using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What operators over rows of either binary32 or binary64 do to a whole run.</summary>
internal static class RowFunctions
{
    /// <summary>Computes e^x for every element; the two rows may be one.</summary>
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
            y[i] = FloatMath.Exp(x[i]);
        }
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
}
