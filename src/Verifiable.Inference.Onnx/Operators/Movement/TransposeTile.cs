using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Transposes a narrow strip of a matrix: column j of the source becomes row j of the target. Stateless and thread-safe.</summary>
internal static class TransposeTile
{
    /// <summary>Transposes.</summary>
    /// <param name="source">Rows that may lie apart, of elements that lie together.</param>
    /// <param name="sourceStep">The distance of two rows of the source.</param>
    /// <param name="target">As many rows as the source has columns.</param>
    /// <param name="targetStep">The distance of two rows of the target.</param>
    /// <param name="rows">The number of rows of the source.</param>
    /// <param name="columns">The number of columns of the source.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T>(ReadOnlySpan<T> source, int sourceStep, Span<T> target, int targetStep, int rows, int columns)
        where T : unmanaged
    {
        int row = 0;
        if (Unsafe.SizeOf<T>() == sizeof(float) && (Sse.IsSupported || AdvSimd.Arm64.IsSupported) && columns >= 4)
        {
            ReadOnlySpan<float> x = MemoryMarshal.Cast<T, float>(source);
            Span<float> y = MemoryMarshal.Cast<T, float>(target);
            for (; row + 4 <= rows; row += 4)
            {
                int column = 0;
                for (; column + 4 <= columns; column += 4)
                {
                    Four(x, (row * sourceStep) + column, sourceStep, y, (column * targetStep) + row, targetStep);
                }

                for (; column < columns; column++)
                {
                    for (int i = row; i < row + 4; i++)
                    {
                        y[(column * targetStep) + i] = x[(i * sourceStep) + column];
                    }
                }
            }
        }

        unchecked
        {
            for (; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    target[(column * targetStep) + row] = source[(row * sourceStep) + column];
                }
            }
        }
    }

    // Bits are moved only, never computed with: a float register keeps them all.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(ReadOnlySpan<float> x, int from, int fromStep, Span<float> y, int to, int toStep)
    {
        Vector128<float> a = Vector128.Create(x.Slice(from, 4));
        Vector128<float> b = Vector128.Create(x.Slice(from + fromStep, 4));
        Vector128<float> c = Vector128.Create(x.Slice(from + (2 * fromStep), 4));
        Vector128<float> d = Vector128.Create(x.Slice(from + (3 * fromStep), 4));
        Vector128<double> ab0 = Low(a, b).AsDouble();
        Vector128<double> ab1 = High(a, b).AsDouble();
        Vector128<double> cd0 = Low(c, d).AsDouble();
        Vector128<double> cd1 = High(c, d).AsDouble();
        Vector128.Create(ab0.GetLower(), cd0.GetLower()).AsSingle().CopyTo(y[to..]);
        Vector128.Create(ab0.GetUpper(), cd0.GetUpper()).AsSingle().CopyTo(y[(to + toStep)..]);
        Vector128.Create(ab1.GetLower(), cd1.GetLower()).AsSingle().CopyTo(y[(to + (2 * toStep))..]);
        Vector128.Create(ab1.GetUpper(), cd1.GetUpper()).AsSingle().CopyTo(y[(to + (3 * toStep))..]);
    }

    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
