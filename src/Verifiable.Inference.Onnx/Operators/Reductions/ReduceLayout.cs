using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Where the elements of each result of a reduction stand. Axes of length 1 are left out and neighbours of one kind are joined, so that reduced axes and those that
/// stay alternate: either the last ones are reduced, and results are made of runs, or they stay, and results are columns side by side. Immutable.
/// </summary>
internal sealed class ReduceLayout
{
    private readonly TensorShape _shape;
    private readonly bool[] _reduced;

    /// <summary>Finds the layout.</summary>
    /// <param name="shape">The input's shape.</param>
    /// <param name="reduced">Which axes are reduced.</param>
    internal ReduceLayout(TensorShape shape, ReadOnlySpan<bool> reduced)
    {
        var lengths = new List<long>();
        var kinds = new List<bool>();
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] == 1)
            {
                continue;
            }

            if (kinds.Count > 0 && kinds[^1] == reduced[axis])
            {
                lengths[^1] *= shape[axis];
            }
            else
            {
                lengths.Add(shape[axis]);
                kinds.Add(reduced[axis]);
            }
        }

        _shape = new TensorShape(lengths.ToArray());
        _reduced = [.. kinds];
        Count = (int)Walk.Count(_shape, _reduced, true);
        IsColumns = _reduced.Length > 0 && !_reduced[^1];
        long last = _shape.Rank == 0 ? 1 : _shape[_shape.Rank - 1];
        Width = IsColumns ? (int)last : 1;
        int places = IsColumns ? Count : Count == 0 ? 0 : (int)(Count / last);
        Stride = Width;
        bool isRegular = IsColumns ? _reduced.Length <= 2 : places <= 1;
        OffsetCount = isRegular ? 0 : places;
        Run = IsColumns ? 1 : Count == 0 ? 0 : (int)last;
    }

    /// <summary>Gets the number of elements of each result.</summary>
    internal int Count { get; }

    /// <summary>Gets a value indicating whether results stand side by side, <see cref="Width"/> of them, and their elements with them.</summary>
    internal bool IsColumns { get; }

    /// <summary>Gets the number of results side by side; 1 without columns.</summary>
    internal int Width { get; }

    /// <summary>Gets the distance of a column's elements, where it is one.</summary>
    internal int Stride { get; }

    /// <summary>Gets the number of elements of a result that stand side by side; 1 for columns.</summary>
    internal int Run { get; }

    /// <summary>Gets the number of offsets that <see cref="FillOffsets"/> writes: 0 where a column's elements have one distance, or a result is one run.</summary>
    internal int OffsetCount { get; }

    /// <summary>Computes where a result's elements, or its runs, stand beside its first one.</summary>
    internal void FillOffsets(Span<int> offsets, int from)
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = (int)Walk.Offset((long)(from + i) * Run, _shape, _reduced, true);
        }
    }

    /// <summary>Gets where the first element of a result stands.</summary>
    internal int Start(int result) => !IsColumns && _reduced.Length <= 2 ? result * Count : (int)Walk.Offset(result, _shape, _reduced, false);

    /// <summary>Puts the elements of a result side by side.</summary>
    /// <param name="source">The input's elements.</param>
    /// <param name="start">Where the first one stands.</param>
    /// <param name="offsets">The offsets.</param>
    /// <param name="row">Memory for <see cref="Count"/> elements, or nothing where a result is one run.</param>
    internal ReadOnlySpan<T> Gather<T>(ReadOnlySpan<T> source, int start, ReadOnlySpan<int> offsets, Span<T> row)
        where T : unmanaged
    {
        if (OffsetCount == 0 && !IsColumns)
        {
            return source.Slice(start, Count);
        }

        for (int i = 0; i < Count; i += Run)
        {
            int offset = start + (OffsetCount == 0 ? i * Stride : offsets[i / Run]);
            if (Run == 1)
            {
                row[i] = source[offset];
            }
            else
            {
                source.Slice(offset, Run).CopyTo(row[i..]);
            }
        }

        return row[..Count];
    }
}
