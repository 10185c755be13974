using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Rearranges rows of a left operand for the kernels: for each product in turn, the elements of all rows of a tile. Rows at a distance of a power of
/// two would push each other out of the nearest cache. Stateless and thread-safe.</summary>
internal static class RowPacking
{
    /// <summary>Packs the rows of one tile.</summary>
    /// <param name="left">The left operand, from the first element of the first row on.</param>
    /// <param name="rowStep">The distance between neighbouring rows.</param>
    /// <param name="depthStep">The distance between the elements of neighbouring products.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="length">How many products.</param>
    /// <param name="packed">Where to write: <paramref name="length"/> lines.</param>
    /// <param name="packedStep">The distance between the elements of neighbouring products among the packed ones: <paramref name="rows"/> or more.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Pack(ReadOnlySpan<float> left, int rowStep, int depthStep, int rows, int length, Span<float> packed, int packedStep)
    {
        if (rowStep == 1)
        {
            for (int k = 0; k < length; k++)
            {
                left.Slice(k * depthStep, rows).CopyTo(packed[(k * packedStep)..]);
            }

            return;
        }

        int row = 0;
        if (depthStep == 1 && CanInterleave)
        {
            for (; row + 4 <= rows; row += 4)
            {
                Four(left[(row * rowStep)..], rowStep, length, packed[row..], packedStep);
            }
        }

        for (; row < rows; row++)
        {
            ReadOnlySpan<float> elements = left[(row * rowStep)..];
            for (int k = 0; k < length; k++)
            {
                packed[(k * packedStep) + row] = elements[k * depthStep];
            }
        }
    }

    private static bool CanInterleave => Sse.IsSupported || AdvSimd.Arm64.IsSupported;

    // Squares of 4 × 4 elements are transposed in registers.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Four(ReadOnlySpan<float> left, int rowStep, int length, Span<float> packed, int packedStep)
    {
        int full = length & ~3;
        _ = left[..checked((3 * rowStep) + length)];
        _ = packed[..checked(((length - 1) * packedStep) + 4)];
        ref float from = ref MemoryMarshal.GetReference(left);
        ref float to = ref MemoryMarshal.GetReference(packed);
        unchecked
        {
            nuint step = (nuint)rowStep;
            nuint line = (nuint)packedStep;
            nuint k = 0;
            for (; k < (nuint)full; k += 4)
            {
                Vector128<float> first = Vector128.LoadUnsafe(ref from, k);
                Vector128<float> second = Vector128.LoadUnsafe(ref from, k + step);
                Vector128<float> third = Vector128.LoadUnsafe(ref from, k + (2 * step));
                Vector128<float> fourth = Vector128.LoadUnsafe(ref from, k + (3 * step));

                // Twice the same step: the low and the high halves of two vectors, interleaved.
                (Vector128<float> low, Vector128<float> high) = Interleave(first, third);
                (Vector128<float> lower, Vector128<float> higher) = Interleave(second, fourth);
                (Vector128<float> line0, Vector128<float> line1) = Interleave(low, lower);
                (Vector128<float> line2, Vector128<float> line3) = Interleave(high, higher);
                line0.StoreUnsafe(ref to, k * line);
                line1.StoreUnsafe(ref to, (k + 1) * line);
                line2.StoreUnsafe(ref to, (k + 2) * line);
                line3.StoreUnsafe(ref to, (k + 3) * line);
            }

            for (; k < (nuint)length; k++)
            {
                for (nuint row = 0; row < 4; row++)
                {
                    Unsafe.Add(ref to, (k * line) + row) = Unsafe.Add(ref from, k + (row * step));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> left, Vector128<float> right) => Sse.IsSupported
        ? (Sse.UnpackLow(left, right), Sse.UnpackHigh(left, right))
        : (AdvSimd.Arm64.ZipLow(left, right), AdvSimd.Arm64.ZipHigh(left, right));
}
