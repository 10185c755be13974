using System.Runtime.CompilerServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The axes of a copy between two strided layouts, with as few axes as they allow: axes of length 1 are gone, and neighbours that move alike in both are one.
/// Immutable and thread-safe.</summary>
internal sealed class StridedLayout
{
    private StridedLayout(int[] lengths, int[] source, int[] target)
    {
        Lengths = lengths;
        Source = source;
        Target = target;
    }

    internal int[] Lengths { get; }

    /// <summary>Gets how far one step along each axis moves in the source.</summary>
    internal int[] Source { get; }

    /// <summary>Gets how far one step along each axis moves in the target.</summary>
    internal int[] Target { get; }

    /// <summary>Makes the layout; all lengths are 1 or more, and every element lies in memory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static StridedLayout Of(ReadOnlySpan<long> lengths, ReadOnlySpan<long> source, ReadOnlySpan<long> target)
    {
        Span<int> n = stackalloc int[2 * TensorShape.MaxRank];
        Span<int> s = stackalloc int[2 * TensorShape.MaxRank];
        Span<int> t = stackalloc int[2 * TensorShape.MaxRank];
        int count = 0;
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] == 1)
            {
                continue;
            }

            (int length, int from, int to) = ((int)lengths[axis], (int)source[axis], (int)target[axis]);
            if (count > 0 && s[count - 1] == (long)from * length && t[count - 1] == (long)to * length)
            {
                (n[count - 1], s[count - 1], t[count - 1]) = (n[count - 1] * length, from, to);
                continue;
            }

            (n[count], s[count], t[count]) = (length, from, to);
            count++;
        }

        return new StridedLayout(n[..count].ToArray(), s[..count].ToArray(), t[..count].ToArray());
    }

    /// <summary>Counts the elements of all axes but two (negative for none).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal int CountWithout(int axis, int other)
    {
        int count = 1;
        for (int i = 0; i < Lengths.Length; i++)
        {
            count *= i == axis || i == other ? 1 : Lengths[i];
        }

        return count;
    }

    /// <summary>Gets the offsets of the index-th element over all axes but two.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal (int Source, int Target) OffsetWithout(int axis, int other, int index)
    {
        int from = 0;
        int to = 0;
        for (int i = Lengths.Length - 1; i >= 0; i--)
        {
            if (i == axis || i == other)
            {
                continue;
            }

            (index, int coordinate) = Math.DivRem(index, Lengths[i]);
            from += coordinate * Source[i];
            to += coordinate * Target[i];
        }

        return (from, to);
    }
}
