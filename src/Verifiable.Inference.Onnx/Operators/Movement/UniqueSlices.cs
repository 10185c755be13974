using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Which slices of a tensor along an axis are equal: the groups, ordered by value or by where they first occur. Immutable.</summary>
internal sealed class UniqueSlices
{
    private const int ElementsBetweenLooks = 1 << 16;

    private UniqueSlices(int[] first, int[] group, int[] count)
    {
        First = first;
        Group = group;
        Count = count;
    }

    /// <summary>Gets where each group occurs first.</summary>
    internal int[] First { get; }

    /// <summary>Gets the group of each slice.</summary>
    internal int[] Group { get; }

    /// <summary>Gets how many slices each group has.</summary>
    internal int[] Count { get; }

    /// <summary>Finds the groups.</summary>
    /// <param name="inputs">The tensor is the first input.</param>
    /// <param name="shape">Its shape, or one axis where it is flattened.</param>
    /// <param name="axis">The axis of the slices.</param>
    /// <param name="isSorted">Whether groups are ordered by value: slices row-major, element by element.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    internal static UniqueSlices Find(OperatorInputs inputs, TensorShape shape, int axis, bool isSorted, CancellationToken cancellationToken)
    {
        int count = (int)shape[axis];
        int inner = (int)RowMajor.Product(shape, axis + 1, shape.Rank);
        int width = (int)RowMajor.Product(shape, 0, axis) * inner;
        ulong[] keys = inputs.MakeRoom<ulong>((long)count * width);
        inputs.RequireRoom(count);
        ElementType type = inputs.TypeOf(0);
        for (int i = 0; i < keys.Length; i++)
        {
            if (i % ElementsBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            (int slice, int within) = Math.DivRem(i, width);
            keys[i] = ElementOrder.Key(inputs.ReadBits(0, ((((long)(within / inner) * count) + slice) * inner) + (within % inner)), type);
        }

        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
        }

        int Compare(int a, int b) => keys.AsSpan(a * width, width).SequenceCompareTo(keys.AsSpan(b * width, width));
        int comparisons = 0;
        int CompareFirst(int a, int b)
        {
            if (unchecked(++comparisons) % Math.Max(1, ElementsBetweenLooks / Math.Max(1, width)) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            return Compare(a, b) is int sign and not 0 ? sign : a.CompareTo(b);
        }

        try
        {
            Array.Sort(order, CompareFirst);
        }
        catch (InvalidOperationException exception) when (exception.InnerException is OperationCanceledException)
        {
            // Sorting wraps what the comparison throws.
            throw new OperationCanceledException(cancellationToken);
        }

        var first = new List<int>();
        int[] group = new int[count];
        for (int i = 0; i < count; i++)
        {
            if (i == 0 || Compare(order[i - 1], order[i]) != 0)
            {
                first.Add(order[i]);
            }

            group[order[i]] = first.Count - 1;
        }

        int[] firsts = [.. first];
        if (!isSorted)
        {
            int[] numbers = new int[firsts.Length];
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = i;
            }

            Array.Sort(firsts, numbers);
            int[] renumbered = new int[numbers.Length];
            for (int i = 0; i < numbers.Length; i++)
            {
                renumbered[numbers[i]] = i;
            }

            for (int i = 0; i < count; i++)
            {
                group[i] = renumbered[group[i]];
            }
        }

        int[] counts = new int[firsts.Length];
        foreach (int number in group)
        {
            counts[number]++;
        }

        return new UniqueSlices(firsts, group, counts);
    }
}
