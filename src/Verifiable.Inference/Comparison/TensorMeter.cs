using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Comparison;

/// <summary>Takes all measures of two tensors in one pass, in blocks that threads share. Stateless and thread-safe.</summary>
public static class TensorMeter
{
    /// <summary>Elements of one block; sums of blocks are added in their order.</summary>
    internal const int BlockLength = 1 << 16;

    /// <summary>Sums run side by side within a block: element i goes to lane i mod 16.</summary>
    internal const int Lanes = 16;

    /// <summary>Measures two tensors of one type and shape.</summary>
    /// <param name="left">x.</param>
    /// <param name="right">y.</param>
    /// <exception cref="ArgumentException">Types or shapes differ.</exception>
    public static TensorDistances Measure(TensorValue left, TensorValue right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Type != right.Type || left.Shape != right.Shape)
        {
            throw new ArgumentException($"Expected a tensor of {left.Type}{left.Shape} as the left one is, got {right.Type}{right.Shape}.", nameof(right));
        }

        return left.Type switch
        {
            ElementType.Float32 => InBlocks(left, right, MeasureFloats),
            ElementType.Float64 => Wide(left, right),
            ElementType.Float16 => InBlocks(left, right, static (x, y) => Plain<Half, Float16Reader>(x, y)),
            ElementType.BFloat16 => InBlocks(left, right, static (x, y) => Plain<ushort, BFloat16Reader>(x, y)),
            ElementType.Int64 => InBlocks(left, right, static (x, y) => Plain<long, IntegerReader<long>>(x, y)),
            ElementType.UInt64 => InBlocks(left, right, static (x, y) => Plain<ulong, IntegerReader<ulong>>(x, y)),
            ElementType.Int32 => InBlocks(left, right, static (x, y) => Plain<int, IntegerReader<int>>(x, y)),
            ElementType.UInt32 => InBlocks(left, right, static (x, y) => Plain<uint, IntegerReader<uint>>(x, y)),
            ElementType.Int16 => InBlocks(left, right, static (x, y) => Plain<short, IntegerReader<short>>(x, y)),
            ElementType.UInt16 => InBlocks(left, right, static (x, y) => Plain<ushort, IntegerReader<ushort>>(x, y)),
            ElementType.Int8 => InBlocks(left, right, static (x, y) => Plain<sbyte, IntegerReader<sbyte>>(x, y)),
            ElementType.UInt8 => InBlocks(left, right, static (x, y) => Plain<byte, IntegerReader<byte>>(x, y)),
            _ => InBlocks(left, right, static (x, y) => Plain<bool, BooleanReader>(x, y)),
        };
    }

    /// <summary>Measures a block one element after the other: the form that others must equal, bit for bit.</summary>
    /// <param name="leftBytes">The bytes of x.</param>
    /// <param name="rightBytes">The bytes of y, as many.</param>
    /// <param name="scale">What differences and numbers are multiplied with before they are squared: a power of two.</param>
    internal static TensorDistances Plain<T, TReader>(ReadOnlySpan<byte> leftBytes, ReadOnlySpan<byte> rightBytes, double scale = 1)
        where T : unmanaged
        where TReader : IElementReader<T>
    {
        ReadOnlySpan<T> left = MemoryMarshal.Cast<byte, T>(leftBytes);
        ReadOnlySpan<T> right = MemoryMarshal.Cast<byte, T>(rightBytes);
        LaneSums sums = default;
        for (int i = 0; i < left.Length; i++)
        {
            double x = TReader.Widen(left[i]);
            double y = TReader.Widen(right[i]);
            if (double.IsFinite(x) && double.IsFinite(y))
            {
                double difference = TReader.Subtract(left[i], right[i]);
                sums.Add(i % Lanes, difference, x, y, scale);
                Int128 steps = Int128.Abs(TReader.Order(left[i]) - TReader.Order(right[i]));
                sums.Largest(Math.Abs(difference), (ulong)steps);
            }
            else
            {
                sums.CountOdd(x, y);
            }
        }

        return sums.Total(left.Length);
    }

    private static TensorDistances MeasureFloats(ReadOnlySpan<byte> leftBytes, ReadOnlySpan<byte> rightBytes)
    {
        if (!Vector512.IsHardwareAccelerated && !Vector256.IsHardwareAccelerated)
        {
            return Plain<float, Float32Reader>(leftBytes, rightBytes);
        }

        ReadOnlySpan<float> left = MemoryMarshal.Cast<byte, float>(leftBytes);
        ReadOnlySpan<float> right = MemoryMarshal.Cast<byte, float>(rightBytes);
        LaneSums sums = default;
        FloatLanes lanes = default;
        int whole = left.Length - (left.Length % Lanes);
        ref float x = ref MemoryMarshal.GetReference(left);
        ref float y = ref MemoryMarshal.GetReference(right);
        int at = 0;
        while ((at = lanes.AddWhileFinite(ref x, ref y, at, whole)) < whole)
        {
            // What is infinite or not a number is counted, and the rest of its sixteen goes the plain way into the same lanes.
            lanes.Store(ref sums);
            for (int lane = 0; lane < Lanes; lane++, at++)
            {
                AddFloat(left[at], right[at], lane, ref sums);
            }

            lanes.Load(sums);
        }

        lanes.Store(ref sums);
        for (int i = whole; i < left.Length; i++)
        {
            AddFloat(left[i], right[i], i % Lanes, ref sums);
        }

        return sums.Total(left.Length);
    }

    private static void AddFloat(float x, float y, int lane, ref LaneSums sums)
    {
        if (float.IsFinite(x) && float.IsFinite(y))
        {
            double difference = (double)x - y;
            sums.Add(lane, difference, x, y, scale: 1);
            sums.Largest(Math.Abs(difference), (ulong)Int128.Abs(Float32Reader.Order(x) - Float32Reader.Order(y)));
        }
        else
        {
            sums.CountOdd(x, y);
        }
    }

    // Squares of doubles can overflow and vanish. Then the sums are taken once more of numbers scaled by a power of two, and keep that scale: only their ratios say anything.
    private static TensorDistances Wide(TensorValue left, TensorValue right)
    {
        TensorDistances distances = InBlocks(left, right, static (x, y) => Plain<double, Float64Reader>(x, y));
        double largest = Math.Max(distances.SquaredLeft, distances.SquaredRight);
        return !double.IsFinite(largest + distances.SquaredDifference) ? InBlocks(left, right, static (x, y) => Plain<double, Float64Reader>(x, y, Math.ScaleB(1, -560)))
            : distances.MaxAbsolute > 0 && distances.SquaredDifference < 1e-280 && largest < 1e-20 ? InBlocks(left, right, static (x, y) => Plain<double, Float64Reader>(x, y, Math.ScaleB(1, 500)))
            : distances;
    }

    private static TensorDistances InBlocks(TensorValue left, TensorValue right, BlockMeasure measure)
    {
        int size = ElementTypes.SizeOf(left.Type);
        int blocks = (int)(((long)left.Length + BlockLength - 1) / BlockLength);
        if (blocks <= 1)
        {
            return measure(left.Bytes.Span, right.Bytes.Span);
        }

        TensorDistances[] found = new TensorDistances[blocks];
        Parallel.For(0, blocks, block =>
        {
            int start = block * BlockLength * size;
            int length = Math.Min(BlockLength * size, left.Bytes.Length - start);
            found[block] = measure(left.Bytes.Span.Slice(start, length), right.Bytes.Span.Slice(start, length));
        });

        TensorDistances total = default;
        foreach (TensorDistances block in found)
        {
            total = new TensorDistances(
                total.Count + block.Count,
                total.NaNMismatches + block.NaNMismatches,
                total.InfinityMismatches + block.InfinityMismatches,
                total.SignFlips + block.SignFlips,
                Math.Max(total.MaxAbsolute, block.MaxAbsolute),
                Math.Max(total.MaxUlp, block.MaxUlp),
                total.SumOfDifferences + block.SumOfDifferences,
                total.SquaredDifference + block.SquaredDifference,
                total.SquaredLeft + block.SquaredLeft,
                total.SquaredRight + block.SquaredRight);
        }

        return total;
    }

    private delegate TensorDistances BlockMeasure(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);
}
