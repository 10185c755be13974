using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Conversions of runs of elements between the types that models convert most, with the results of <see cref="ElementConversion"/>.</summary>
internal static class ElementCasts
{
    /// <summary>Converts a run, NaNs not yet canonical.</summary>
    /// <param name="from">The type of the elements.</param>
    /// <param name="input">The elements.</param>
    /// <param name="to">The type to convert to.</param>
    /// <param name="output">As many elements.</param>
    internal static void Convert(ElementType from, ReadOnlySpan<byte> input, ElementType to, Span<byte> output)
    {
        if (from == to)
        {
            input.CopyTo(output);
            return;
        }

        switch (from, to)
        {
            case (ElementType.Float32, ElementType.Float64): Each<float, double, Widening>(input, output); break;
            case (ElementType.Float64, ElementType.Float32): Each<double, float, Widening>(input, output); break;
            case (ElementType.Int32, ElementType.Float32): Each<int, float, Widening>(input, output); break;
            case (ElementType.Int64, ElementType.Float32): Each<long, float, Rounding>(input, output); break;
            case (ElementType.Int32, ElementType.Float64): Each<int, double, Widening>(input, output); break;
            case (ElementType.Int64, ElementType.Float64): Each<long, double, Widening>(input, output); break;
            case (ElementType.UInt8 or ElementType.Boolean, ElementType.Float32): Each<byte, float, Widening>(input, output); break;
            case (ElementType.Int8, ElementType.Float32): Each<sbyte, float, Widening>(input, output); break;
            case (ElementType.UInt8 or ElementType.Boolean, ElementType.Int64): Each<byte, long, Widening>(input, output); break;
            case (ElementType.UInt8 or ElementType.Boolean, ElementType.Int32): Each<byte, int, Widening>(input, output); break;
            case (ElementType.Int32, ElementType.Int64): Each<int, long, Widening>(input, output); break;
            case (ElementType.Int64, ElementType.Int32): Each<long, int, Widening>(input, output); break;
            case (ElementType.Float32, ElementType.Int32): Each<float, int, Saturating>(input, output); break;
            case (ElementType.Float32, ElementType.Int64): Each<float, long, Saturating>(input, output); break;
            case (ElementType.Float64, ElementType.Int64): Each<double, long, Saturating>(input, output); break;
            case (ElementType.Float32, ElementType.UInt8): Each<float, byte, Saturating>(input, output); break;
            case (ElementType.Float32, ElementType.Int8): Each<float, sbyte, Saturating>(input, output); break;
            case (ElementType.Float16, ElementType.Float32): Each<Half, float, Widening>(input, output); break;
            case (ElementType.Float32, ElementType.Float16): Each<float, Half, Widening>(input, output); break;
            case (ElementType.Float32, ElementType.Boolean): NonZero<float>(input, output); break;
            case (ElementType.Int32, ElementType.Boolean): NonZero<int>(input, output); break;
            case (ElementType.Int64, ElementType.Boolean): NonZero<long>(input, output); break;
            default: Plain(from, input, to, output); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Each<TFrom, TTo, TRule>(ReadOnlySpan<byte> input, Span<byte> output)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
        where TRule : struct, IRule
    {
        ReadOnlySpan<TFrom> x = MemoryMarshal.Cast<byte, TFrom>(input);
        Span<TTo> y = MemoryMarshal.Cast<byte, TTo>(output)[..x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = TRule.Convert<TFrom, TTo>(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void NonZero<T>(ReadOnlySpan<byte> input, Span<byte> output)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<T> x = MemoryMarshal.Cast<byte, T>(input);
        for (int i = 0; i < x.Length; i++)
        {
            output[i] = x[i] != T.Zero ? (byte)1 : (byte)0;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Plain(ElementType from, ReadOnlySpan<byte> input, ElementType to, Span<byte> output)
    {
        int fromSize = ElementTypes.SizeOf(from);
        int toSize = ElementTypes.SizeOf(to);
        for (int i = 0; i < input.Length / fromSize; i++)
        {
            ulong bits = 0;
            for (int j = 0; j < fromSize; j++)
            {
                bits |= (ulong)input[(i * fromSize) + j] << (8 * j);
            }

            ElementBits.Write(ElementConversion.Convert(bits, from, to), output.Slice(i * toSize, toSize));
        }
    }

    private interface IRule
    {
        static abstract TTo Convert<TFrom, TTo>(TFrom x)
            where TFrom : unmanaged, INumber<TFrom>
            where TTo : unmanaged, INumber<TTo>;
    }

    /// <summary>One rounding, or the low bits.</summary>
    private readonly struct Widening : IRule
    {
        public static TTo Convert<TFrom, TTo>(TFrom x)
            where TFrom : unmanaged, INumber<TFrom>
            where TTo : unmanaged, INumber<TTo> => TTo.CreateTruncating(x);
    }

    /// <summary>One rounding of Int64 to binary32, which a way over binary64 would not be: low bits that cannot be kept stand as one bit that is.</summary>
    private readonly struct Rounding : IRule
    {
        public static TTo Convert<TFrom, TTo>(TFrom x)
            where TFrom : unmanaged, INumber<TFrom>
            where TTo : unmanaged, INumber<TTo>
        {
            long value = long.CreateTruncating(x);
            bool isExact = value is > -(1L << 53) and < (1L << 53) || (value & 0xFFF) == 0;
            return TTo.CreateTruncating((double)(isExact ? value : (value & ~0xFFFL) | 0x800));
        }
    }

    /// <summary>Cut toward zero and saturated; NaN gives 0.</summary>
    private readonly struct Saturating : IRule
    {
        public static TTo Convert<TFrom, TTo>(TFrom x)
            where TFrom : unmanaged, INumber<TFrom>
            where TTo : unmanaged, INumber<TTo> => TTo.CreateSaturating(x);
    }
}
