using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Selects the smallest of some distinct numbers.</summary>
internal static class SmallestFirst
{
    /// <summary>Moves the smallest ones, sorted, to the front.</summary>
    internal static void Select<T>(Span<T> values, int count)
        where T : struct, IComparisonOperators<T, T, bool>, IComparable<T>
    {
        if (count == 0)
        {
            return;
        }

        if (count > values.Length / 8)
        {
            values.Sort();
            return;
        }

        // The front is a heap whose first one is its largest: most of the rest is turned away by one comparison.
        Span<T> heap = values[..count];
        for (int i = (count / 2) - 1; i >= 0; i--)
        {
            Sink(heap, i);
        }

        for (int i = count; i < values.Length; i++)
        {
            if (values[i] < heap[0])
            {
                heap[0] = values[i];
                Sink(heap, 0);
            }
        }

        heap.Sort();
    }

    private static void Sink<T>(Span<T> heap, int place)
        where T : struct, IComparisonOperators<T, T, bool>
    {
        T value = heap[place];
        while ((2 * place) + 1 < heap.Length)
        {
            int child = (2 * place) + 1;
            if (child + 1 < heap.Length && heap[child + 1] > heap[child])
            {
                child++;
            }

            if (!(heap[child] > value))
            {
                break;
            }

            heap[place] = heap[child];
            place = child;
        }

        heap[place] = value;
    }
}
