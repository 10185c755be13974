using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Copies elements from one strided layout to another: what slices, repetitions and transpositions come down to. Stateless and thread-safe.</summary>
internal static class StridedCopy
{
    private const int TileLength = 16;

    /// <summary>Copies to the whole of an output, row-major.</summary>
    internal static void ToWhole(OperatorContext context, ReadOnlyMemory<byte> source, long sourceStart, ReadOnlySpan<long> sourceStrides, TensorBuffer target) =>
        Run(context, source, sourceStart, sourceStrides, target, 0, RowMajor.Strides(target.Signature.Shape), target.Signature.Shape.Lengths.AsSpan());

    /// <summary>Copies elements; all positions lie in source and target, and no element of the target is written twice.</summary>
    internal static void Run(
        OperatorContext context,
        ReadOnlyMemory<byte> source,
        long sourceStart,
        ReadOnlySpan<long> sourceStrides,
        TensorBuffer target,
        long targetStart,
        ReadOnlySpan<long> targetStrides,
        ReadOnlySpan<long> lengths)
    {
        if (lengths.Contains(0))
        {
            return;
        }

        var layout = StridedLayout.Of(lengths, sourceStrides, targetStrides);
        switch (ElementTypes.SizeOf(target.Signature.Type))
        {
            case 1:
                Run<byte>(context, source, (int)sourceStart, target, (int)targetStart, layout);
                break;
            case 2:
                Run<ushort>(context, source, (int)sourceStart, target, (int)targetStart, layout);
                break;
            case 4:
                Run<uint>(context, source, (int)sourceStart, target, (int)targetStart, layout);
                break;
            default:
                Run<ulong>(context, source, (int)sourceStart, target, (int)targetStart, layout);
                break;
        }
    }

    private static void Run<T>(OperatorContext context, ReadOnlyMemory<byte> source, int sourceStart, TensorBuffer target, int targetStart, StridedLayout layout)
        where T : unmanaged
    {
        int inner = layout.Lengths.Length - 1;
        if (inner < 0)
        {
            MemoryMarshal.Cast<byte, T>(target.Bytes)[targetStart] = MemoryMarshal.Cast<byte, T>(source.Span)[sourceStart];
            return;
        }

        (int run, int sourceStep, int targetStep) = (layout.Lengths[inner], layout.Source[inner], layout.Target[inner]);
        int across = targetStep == 1 && sourceStep > 1 ? Array.IndexOf(layout.Source, 1) : -1;
        if (across >= 0)
        {
            Transpose<T>(context, source, sourceStart, target, targetStart, layout, across);
            return;
        }

        context.For(layout.CountWithout(inner, -1), 1 + (run / 4), (from, to) =>
        {
            ReadOnlySpan<T> x = MemoryMarshal.Cast<byte, T>(source.Span);
            Span<T> y = MemoryMarshal.Cast<byte, T>(target.Bytes);
            (int s, int t) = layout.OffsetWithout(inner, -1, from);
            int[] coordinates = Start(layout, inner, from);
            for (int item = from; item < to; item++)
            {
                Move(x, sourceStart + s, sourceStep, y, targetStart + t, targetStep, run);
                for (int axis = inner - 1; axis >= 0; axis--)
                {
                    s += layout.Source[axis];
                    t += layout.Target[axis];
                    if (++coordinates[axis] < layout.Lengths[axis])
                    {
                        break;
                    }

                    coordinates[axis] = 0;
                    s -= layout.Source[axis] * layout.Lengths[axis];
                    t -= layout.Target[axis] * layout.Lengths[axis];
                }
            }
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int[] Start(StridedLayout layout, int inner, int item)
    {
        int[] coordinates = new int[inner];
        for (int axis = inner - 1; axis >= 0; axis--)
        {
            (item, coordinates[axis]) = Math.DivRem(item, layout.Lengths[axis]);
        }

        return coordinates;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Move<T>(ReadOnlySpan<T> x, int source, int sourceStep, Span<T> y, int target, int targetStep, int run)
        where T : unmanaged
    {
        if (targetStep == 1 && sourceStep == 1)
        {
            x.Slice(source, run).CopyTo(y[target..]);
        }
        else if (targetStep == 1 && sourceStep == 0)
        {
            y.Slice(target, run).Fill(x[source]);
        }
        else
        {
            unchecked
            {
                for (int i = 0; i < run; i++)
                {
                    y[target + (i * targetStep)] = x[source + (i * sourceStep)];
                }
            }
        }
    }

    // The inner axis lies together in the target, another one in the source: tiles that keep whole cache lines of both busy.
    private static void Transpose<T>(OperatorContext context, ReadOnlyMemory<byte> source, int sourceStart, TensorBuffer target, int targetStart, StridedLayout layout, int across)
        where T : unmanaged
    {
        int inner = layout.Lengths.Length - 1;
        int columns = layout.Lengths[across];
        int tiles = (columns + TileLength - 1) / TileLength;
        int rows = layout.Lengths[inner];
        context.For(layout.CountWithout(inner, across) * tiles, (long)rows * Math.Min(columns, TileLength) / 2, (from, to) =>
        {
            ReadOnlySpan<T> x = MemoryMarshal.Cast<byte, T>(source.Span);
            Span<T> y = MemoryMarshal.Cast<byte, T>(target.Bytes);
            for (int item = from; item < to; item++)
            {
                (int s, int t) = layout.OffsetWithout(inner, across, item / tiles);
                int first = item % tiles * TileLength;
                TransposeTile.Run(
                    x[(sourceStart + s + first)..],
                    layout.Source[inner],
                    y[(targetStart + t + (first * layout.Target[across]))..],
                    layout.Target[across],
                    rows,
                    Math.Min(TileLength, columns - first));
            }
        });
    }
}
