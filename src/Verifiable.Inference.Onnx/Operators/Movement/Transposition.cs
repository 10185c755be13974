using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Turns rows into columns. Stateless and thread-safe.</summary>
internal static class Transposition
{
    private static bool CanInterleave => Sse.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Writes <c>target[column, row] = source[row, column]</c>.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="sourceStep">The distance between rows of the source.</param>
    /// <param name="rows">The rows of the source.</param>
    /// <param name="columns">The columns of the source.</param>
    /// <param name="target">Where to write.</param>
    /// <param name="targetStep">The distance between rows of the target.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run(ReadOnlySpan<float> source, int sourceStep, int rows, int columns, Span<float> target, int targetStep)
    {
        int fullRows = CanInterleave ? rows & ~3 : 0;
        int fullColumns = CanInterleave ? columns & ~3 : 0;
        if (fullRows > 0 && fullColumns > 0)
        {
            _ = source[..checked(((rows - 1) * sourceStep) + columns)];
            _ = target[..checked(((columns - 1) * targetStep) + rows)];
            Squares(ref MemoryMarshal.GetReference(source), (nuint)sourceStep, (nuint)fullRows, (nuint)fullColumns, ref MemoryMarshal.GetReference(target), (nuint)targetStep);
        }

        for (int column = 0; column < columns; column++)
        {
            for (int row = column < fullColumns ? fullRows : 0; row < rows; row++)
            {
                target[(column * targetStep) + row] = source[(row * sourceStep) + column];
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Squares(ref float from, nuint sourceStep, nuint rows, nuint columns, ref float to, nuint targetStep)
    {
        unchecked
        {
            for (nuint column = 0; column < columns; column += 4)
            {
                for (nuint row = 0; row < rows; row += 4)
                {
                    nuint source = (row * sourceStep) + column;
                    Vector128<float> first = Vector128.LoadUnsafe(ref from, source);
                    Vector128<float> second = Vector128.LoadUnsafe(ref from, source + sourceStep);
                    Vector128<float> third = Vector128.LoadUnsafe(ref from, source + (2 * sourceStep));
                    Vector128<float> fourth = Vector128.LoadUnsafe(ref from, source + (3 * sourceStep));

                    // Twice the same step: the low and the high halves of two vectors, interleaved.
                    (Vector128<float> low, Vector128<float> high) = (Low(first, third), High(first, third));
                    (Vector128<float> lower, Vector128<float> higher) = (Low(second, fourth), High(second, fourth));
                    nuint target = (column * targetStep) + row;
                    Low(low, lower).StoreUnsafe(ref to, target);
                    High(low, lower).StoreUnsafe(ref to, target + targetStep);
                    Low(high, higher).StoreUnsafe(ref to, target + (2 * targetStep));
                    High(high, higher).StoreUnsafe(ref to, target + (3 * targetStep));
                }
            }
        }
    }

    private static Vector128<float> Low(Vector128<float> left, Vector128<float> right) => Sse.IsSupported ? Sse.UnpackLow(left, right) : AdvSimd.Arm64.ZipLow(left, right);

    private static Vector128<float> High(Vector128<float> left, Vector128<float> right) => Sse.IsSupported ? Sse.UnpackHigh(left, right) : AdvSimd.Arm64.ZipHigh(left, right);
}
