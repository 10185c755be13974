using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// How planes are laid out for a window: padded, and split by the strides into phases (elements whose coordinates leave the same remainders), so that a tap is one
/// offset from a place, and places that are neighbours on the last axis read neighbours. Phases under no tap are left out. Immutable and thread-safe.
/// </summary>
internal sealed class WindowLayout
{
    /// <summary>The number of elements after the last plane that may be read or written: a vector goes over the end of a short row.</summary>
    internal const int Slack = 64;

    private const int Lanes = 16;

    // For each row that is laid out: where its input row starts in the plane, or −1 for padding, and the column phase it is made of.
    private readonly int[] _sources;
    private readonly Columns[] _columns;

    /// <summary>Creates the layout of one input shape.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal WindowLayout(WindowPlan plan)
    {
        int axes = plan.Axes;
        int[] lengths = new int[axes];
        IsInput = true;
        for (int axis = 0; axis < axes; axis++)
        {
            lengths[axis] = (int)Length(plan, axis);
            IsInput &= plan.Strides[axis] == 1 && plan.Before[axis] == 0 && lengths[axis] == plan.Inputs[axis];
        }

        Pitch = lengths[^1];
        RowLength = (int)plan.Outputs[^1];
        int area = checked((int)Product(lengths));
        (TapOffsets, long[][] phases) = Taps(plan, lengths, area);
        foreach (int offset in TapOffsets)
        {
            LargestTap = Math.Max(LargestTap, offset);
        }

        PlaneLength = checked(area * phases.Length);
        RowStarts = new int[checked((int)(plan.Places / Math.Max(1, RowLength)))];
        for (int row = 0; row < RowStarts.Length; row++)
        {
            RowStarts[row] = RowStart(plan, lengths, row);
        }

        Span = RowStarts.Length == 0 ? 0 : RowStarts[^1] + RowLength;
        int rows = area / Pitch;
        _sources = new int[rows * phases.Length];
        _columns = new Columns[phases.Length];
        for (int phase = 0; phase < phases.Length; phase++)
        {
            _columns[phase] = ColumnsOf(plan, phases[phase][^1], Pitch);
            for (int row = 0; row < rows; row++)
            {
                _sources[(phase * rows) + row] = SourceOf(plan, lengths, phases[phase], row);
            }
        }
    }

    /// <summary>Gets a value indicating whether the layout is that of the input itself.</summary>
    internal bool IsInput { get; }

    /// <summary>Gets the number of elements of a plane that is laid out.</summary>
    internal int PlaneLength { get; }

    /// <summary>Gets the distance between neighbouring rows.</summary>
    internal int Pitch { get; }

    /// <summary>Gets the number of places on the last axis.</summary>
    internal int RowLength { get; }

    /// <summary>Gets where the first place of each row of places is.</summary>
    internal int[] RowStarts { get; }

    /// <summary>Gets the number of elements from the first place to the last.</summary>
    internal int Span { get; }

    /// <summary>Gets the offset of each tap.</summary>
    internal int[] TapOffsets { get; }

    /// <summary>Gets the largest of the taps' offsets.</summary>
    internal int LargestTap { get; }

    /// <summary>Gets the bytes of the tables.</summary>
    internal long TableBytes => sizeof(int) * ((long)_sources.Length + RowStarts.Length + TapOffsets.Length);

    /// <summary>Counts the elements of a plane that is laid out, at most.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static Int128 CountElements(WindowPlan plan)
    {
        Int128 count = 1;
        for (int axis = 0; axis < plan.Axes; axis++)
        {
            // Stopped early, so that the product cannot overflow.
            count = Int128.Min(count * (Length(plan, axis) * (Int128)Math.Min(plan.Strides[axis], plan.Kernel[axis])), long.MaxValue);
        }

        return count;
    }

    /// <summary>Counts the bytes of the tables of a layout, at most.</summary>
    internal static Int128 CountBytes(WindowPlan plan) => sizeof(int) * (Int128.Min(CountElements(plan), long.MaxValue) + plan.Places + (3 * (Int128)plan.Taps));

    /// <summary>Lays one plane out.</summary>
    /// <param name="plane">The input's elements, from the plane on; those of later planes may be read in vain.</param>
    /// <param name="target">Where to write: <see cref="PlaneLength"/> elements, and <see cref="Slack"/> that may become anything.</param>
    /// <param name="fill">What stands on padding.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void Copy(ReadOnlySpan<float> plane, Span<float> target, float fill)
    {
        // Rows are written in order: what one writes beyond its end, the next one overwrites.
        int rows = _sources.Length / _columns.Length;
        _ = target[..(PlaneLength + Slack)];
        for (int phase = 0; phase < _columns.Length; phase++)
        {
            ReadOnlySpan<int> sources = _sources.AsSpan(phase * rows, rows);
            Span<float> lines = target[(phase * rows * Pitch)..];
            Columns columns = _columns[phase];
            if (Vector128.IsHardwareAccelerated && columns.Count > 0 && columns.Before <= Lanes && columns.After <= Lanes && columns.Step <= (Vector512.IsHardwareAccelerated ? 2 : 1))
            {
                CopyRows(plane, sources, columns, lines, fill);
                continue;
            }

            for (int row = 0; row < sources.Length; row++)
            {
                Span<float> line = lines.Slice(row * Pitch, Pitch);
                line.Fill(fill);
                for (int i = 0; sources[row] >= 0 && i < columns.Count; i++)
                {
                    line[columns.Before + i] = plane[sources[row] + columns.First + (i * columns.Step)];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void CopyRows(ReadOnlySpan<float> plane, ReadOnlySpan<int> sources, in Columns columns, Span<float> lines, float fill)
    {
        Vector512<float> padding = Vector512.Create(fill);
        Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        ref float begin = ref MemoryMarshal.GetReference(plane);
        ref float line = ref MemoryMarshal.GetReference(lines);
        int step = columns.Step;
        int count = columns.Count;
        int reach = columns.First + (step * ((count + Lanes - 1) & -Lanes));
        unchecked
        {
            for (int row = 0; row < sources.Length; row++, line = ref Unsafe.Add(ref line, Pitch))
            {
                int source = sources[row];
                if (source < 0)
                {
                    for (int i = 0; i < Pitch; i += Lanes)
                    {
                        padding.StoreUnsafe(ref line, (nuint)i);
                    }

                    continue;
                }

                padding.StoreUnsafe(ref line);
                ref float to = ref Unsafe.Add(ref line, columns.Before);
                ref float from = ref Unsafe.Add(ref begin, source + columns.First);
                if (source + reach > plane.Length)
                {
                    // The end of the input: element by element.
                    for (int i = 0; i < count; i++)
                    {
                        Unsafe.Add(ref to, i) = plane[source + columns.First + (i * step)];
                    }
                }
                else if (step == 1)
                {
                    for (int i = 0; i < count; i += Lanes)
                    {
                        Vector512.LoadUnsafe(ref from, (nuint)i).StoreUnsafe(ref to, (nuint)i);
                    }
                }
                else
                {
                    // Every second element of two vectors.
                    for (int i = 0; i < count; i += Lanes)
                    {
                        Avx512F.PermuteVar16x32x2(Vector512.LoadUnsafe(ref from, (nuint)(2 * i)), even, Vector512.LoadUnsafe(ref from, (nuint)((2 * i) + Lanes)))
                            .StoreUnsafe(ref to, (nuint)i);
                    }
                }

                if (columns.After > 0)
                {
                    padding.StoreUnsafe(ref to, (nuint)count);
                }
            }
        }
    }

    /// <summary>Copies elements; may write up to 15 more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void CopyRun(ReadOnlySpan<float> source, Span<float> target, int count)
    {
        int rounded = (count + 15) & ~15;
        if (!Vector128.IsHardwareAccelerated || rounded > source.Length || rounded > target.Length)
        {
            source[..count].CopyTo(target);
            return;
        }

        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(target);
        for (nuint i = 0; i < (nuint)rounded; i += 16)
        {
            Vector512.LoadUnsafe(ref from, i).StoreUnsafe(ref to, i);
        }
    }

    private static long Length(WindowPlan plan, int axis)
    {
        long extent = ((plan.Outputs[axis] - 1) * plan.Strides[axis]) + ((plan.Kernel[axis] - 1) * plan.Dilations[axis]) + 1;
        return (Math.Max(0, extent) + plan.Strides[axis] - 1) / plan.Strides[axis];
    }

    // Every phase of an axis meets every phase of the others, because a window is a product of its axes: slots are counted row-major over the axes' phases.
    private static (int[] Offsets, long[][] Phases) Taps(WindowPlan plan, int[] lengths, int area)
    {
        int axes = plan.Axes;
        int[] offsets = new int[checked((int)plan.Taps)];
        int[] slots = new int[offsets.Length];
        int total = 1;
        long stride = 1;
        long inner = 1;
        List<long[]> phases = [[]];
        for (int axis = axes - 1; axis >= 0; axis--)
        {
            List<long> own = [];
            var numberOf = new Dictionary<long, int>();
            int[] numbers = new int[plan.Kernel[axis]];
            for (int tap = 0; tap < numbers.Length; tap++)
            {
                long phase = tap * plan.Dilations[axis] % plan.Strides[axis];
                if (!numberOf.TryGetValue(phase, out numbers[tap]))
                {
                    numbers[tap] = own.Count;
                    numberOf.Add(phase, own.Count);
                    own.Add(phase);
                }
            }

            for (int tap = 0; tap < offsets.Length; tap++)
            {
                long position = tap / inner % plan.Kernel[axis];
                offsets[tap] = checked(offsets[tap] + (int)(position * plan.Dilations[axis] / plan.Strides[axis] * stride));
                slots[tap] += numbers[position] * total;
            }

            List<long[]> longer = [];
            foreach (long phase in own)
            {
                foreach (long[] rest in phases)
                {
                    long[] one = new long[rest.Length + 1];
                    one[0] = phase;
                    rest.CopyTo(one, 1);
                    longer.Add(one);
                }
            }

            phases = longer;
            total = phases.Count;
            inner *= plan.Kernel[axis];
            stride *= lengths[axis];
        }

        for (int tap = 0; tap < offsets.Length; tap++)
        {
            offsets[tap] = checked(offsets[tap] + (slots[tap] * area));
        }

        return (offsets, [.. phases]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int RowStart(WindowPlan plan, int[] lengths, int row)
    {
        long rest = row;
        long offset = 0;
        long stride = lengths[^1];
        for (int axis = plan.Axes - 2; axis >= 0; axis--)
        {
            offset += rest % plan.Outputs[axis] * stride;
            rest /= plan.Outputs[axis];
            stride *= lengths[axis];
        }

        return checked((int)offset);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int SourceOf(WindowPlan plan, int[] lengths, long[] phase, int row)
    {
        long rest = row;
        long offset = 0;
        long stride = plan.Inputs[^1];
        for (int axis = plan.Axes - 2; axis >= 0; axis--)
        {
            long coordinate = (rest % lengths[axis] * plan.Strides[axis]) + phase[axis] - plan.Before[axis];
            rest /= lengths[axis];
            if (coordinate < 0 || coordinate >= plan.Inputs[axis])
            {
                return -1;
            }

            offset += coordinate * stride;
            stride *= plan.Inputs[axis];
        }

        return (int)offset;
    }

    private static Columns ColumnsOf(WindowPlan plan, long phase, int pitch)
    {
        long stride = plan.Strides[^1];
        long shift = phase - plan.Before[^1];
        long before = Math.Min(pitch, shift >= 0 ? 0 : (stride - 1 - shift) / stride);
        long first = shift + (before * stride);
        long count = Math.Clamp(first >= plan.Inputs[^1] ? 0 : (plan.Inputs[^1] - first + stride - 1) / stride, 0, pitch - before);
        return new Columns((int)before, (int)(count == 0 ? 0 : first), (int)Math.Min(stride, int.MaxValue), (int)count, (int)(pitch - before - count));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static long Product(int[] lengths)
    {
        long product = 1;
        foreach (int length in lengths)
        {
            product = checked(product * length);
        }

        return product;
    }

    /// <summary>A row of one phase of the last axis: padding, elements at a distance, padding.</summary>
    private readonly record struct Columns(int Before, int First, int Step, int Count, int After);
}
