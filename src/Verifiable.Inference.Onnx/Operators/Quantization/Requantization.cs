using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Quantises runs of sums again: <see cref="QuantizationMath.Requantize"/> for each, by vectors where there are any.</summary>
internal static class Requantization
{
    /// <summary>Writes a run of quantised numbers.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="bias">What is added to each, modulo 2^32.</param>
    /// <param name="multipliers">A multiplier for each sum, or one for all.</param>
    /// <param name="zero">The zero point.</param>
    /// <param name="type">The type of the numbers.</param>
    /// <param name="output">The numbers.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Write(ReadOnlySpan<int> sums, int bias, ReadOnlySpan<float> multipliers, int zero, ElementType type, Span<byte> output)
    {
        (int least, int most) = QuantizationMath.RangeOf(type);
        bool isOne = multipliers.Length == 1;
        int i = 0;
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            // Cut before the zero point is added: both are whole numbers that binary32 holds, so that it comes to the same.
            var low = Vector512.Create((float)(least - zero));
            var high = Vector512.Create((float)(most - zero));
            var zeros = Vector512.Create(zero);
            var biases = Vector512.Create(bias);
            var all = Vector512.Create(multipliers[0]);
            for (; i <= sums.Length - 16; i += 16)
            {
                Vector512<float> value = Vector512.ConvertToSingle(Vector512.Create(sums[i..]) + biases) * (isOne ? all : Vector512.Create(multipliers[i..]));
                Vector512<int> isNumber = Vector512.Equals(value, value).AsInt32();
                Vector512<int> rounded = Vector512.ConvertToInt32Native(Vector512.Min(Vector512.Max(Vector512.Round(value), low), high)) + zeros;
                Avx512F.ConvertToVector128Byte((rounded & isNumber).AsUInt32()).CopyTo(output[i..]);
            }
        }

        for (; i < sums.Length; i++)
        {
            output[i] = unchecked((byte)QuantizationMath.Requantize(sums[i] + bias, multipliers[isOne ? 0 : i], zero, least, most));
        }
    }
}
