using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Copies elements whose coordinates come from tables, one for an axis: padding, cropping, nearest neighbours. Stateless and thread-safe.</summary>
internal static class IndexedCopy
{
    /// <summary>Counts the bytes that <see cref="Run"/> and its tables need.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static Int128 ScratchBytes(TensorShape output)
    {
        Int128 lengths = 0;
        foreach (long length in output.Lengths)
        {
            lengths += length;
        }

        return lengths * 2 * sizeof(int);
    }

    /// <summary>Makes a table for every axis.</summary>
    /// <param name="input">The shape of the input; where it has no elements, everything is fill, however long its axes.</param>
    /// <param name="output">The shape of the output.</param>
    /// <param name="coordinate">Maps axis and coordinate of the output to one of the input; −1 where the output has the fill.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static int[][] Tables(TensorShape input, TensorShape output, Func<int, long, long> coordinate)
    {
        int[][] tables = new int[output.Rank][];
        for (int axis = 0; axis < tables.Length; axis++)
        {
            int[] table = new int[output[axis]];
            for (int i = 0; i < table.Length; i++)
            {
                table[i] = input.ElementCount == 0 ? -1 : (int)coordinate(axis, i);
            }

            tables[axis] = table;
        }

        return tables;
    }

    /// <summary>Copies; the tables are used up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run(OperatorContext context, TensorValue input, TensorBuffer output, int[][] tables, ulong fill)
    {
        if (output.Length == 0)
        {
            return;
        }

        long[] strides = RowMajor.Strides(input.Shape);
        for (int axis = 0; axis < tables.Length; axis++)
        {
            foreach (ref int coordinate in tables[axis].AsSpan())
            {
                coordinate = coordinate < 0 ? -1 : (int)(coordinate * strides[axis]);
            }
        }

        switch (ElementTypes.SizeOf(input.Type))
        {
            case 1:
                Run<byte>(context, input, output, tables, unchecked((byte)fill));
                break;
            case 2:
                Run<ushort>(context, input, output, tables, unchecked((ushort)fill));
                break;
            case 4:
                Run<uint>(context, input, output, tables, unchecked((uint)fill));
                break;
            default:
                Run<ulong>(context, input, output, tables, fill);
                break;
        }
    }

    private static void Run<T>(OperatorContext context, TensorValue input, TensorBuffer output, int[][] tables, T fill)
        where T : unmanaged
    {
        if (tables.Length == 0)
        {
            MemoryMarshal.Cast<byte, T>(output.Bytes)[0] = MemoryMarshal.Cast<byte, T>(input.Bytes.Span)[0];
            return;
        }

        int[] inner = tables[^1];
        int run = LongestRun(inner, out int runStart);
        context.For(output.Length / inner.Length, inner.Length, (from, to) =>
        {
            ReadOnlySpan<T> x = MemoryMarshal.Cast<byte, T>(input.Bytes.Span);
            Span<T> y = MemoryMarshal.Cast<byte, T>(output.Bytes);
            for (int row = from; row < to; row++)
            {
                Span<T> line = y.Slice(row * inner.Length, inner.Length);
                int start = RowStart(tables, row);
                if (start < 0)
                {
                    line.Fill(fill);
                    continue;
                }

                // The middle of a row is mostly one piece of the input.
                Gather(x, start, line, inner, 0, runStart, fill);
                if (run > 0)
                {
                    x.Slice(start + inner[runStart], run).CopyTo(line[runStart..]);
                }

                Gather(x, start, line, inner, runStart + run, inner.Length, fill);
            }
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Gather<T>(ReadOnlySpan<T> x, int start, Span<T> line, int[] table, int from, int to, T fill)
        where T : unmanaged
    {
        for (int i = from; i < to; i++)
        {
            int offset = table[i];
            line[i] = offset < 0 ? fill : x[start + offset];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int RowStart(int[][] tables, int row)
    {
        int start = 0;
        for (int axis = tables.Length - 2; axis >= 0; axis--)
        {
            (row, int coordinate) = Math.DivRem(row, tables[axis].Length);
            int offset = tables[axis][coordinate];
            if (offset < 0)
            {
                return -1;
            }

            start += offset;
        }

        return start;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int LongestRun(int[] table, out int start)
    {
        int longest = 0;
        start = 0;
        for (int i = 0; i < table.Length;)
        {
            int end = i + 1;
            while (end < table.Length && table[i] >= 0 && table[end] == table[end - 1] + 1)
            {
                end++;
            }

            if (table[i] >= 0 && end - i > longest)
            {
                (longest, start) = (end - i, i);
            }

            i = end;
        }

        return longest;
    }
}
