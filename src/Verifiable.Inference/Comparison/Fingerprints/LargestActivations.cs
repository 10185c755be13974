using System.Buffers;

namespace Verifiable.Inference.Comparison.Fingerprints;

/// <summary>Finds the activations that are largest in size: the same ones on every machine, equal ones by the lowest index.</summary>
internal static class LargestActivations
{
    private const ushort Magnitude = 0x7FFF;
    private const ushort Infinite = 0x7F80;

    /// <summary>Finds the indices of the <paramref name="count"/> largest of finite bfloat16 numbers, in ascending order.</summary>
    /// <returns><see langword="false"/> when there are fewer numbers, or one of them is infinite or not a number.</returns>
    public static bool TryFind(ReadOnlySpan<ushort> activations, int count, out int[] indices)
    {
        // Sizes of bfloat16 numbers are ordered as their bits, and there are few of them: counting finds the smallest size that is taken.
        int[] histogram = ArrayPool<int>.Shared.Rent(Infinite);
        histogram.AsSpan(0, Infinite).Clear();
        bool isFound = TryFind(activations, count, histogram, out indices);
        ArrayPool<int>.Shared.Return(histogram);
        return isFound;
    }

    private static bool TryFind(ReadOnlySpan<ushort> activations, int count, int[] histogram, out int[] indices)
    {
        indices = [];
        foreach (ushort bits in activations)
        {
            int size = bits & Magnitude;
            if (size >= Infinite)
            {
                return false;
            }

            histogram[size]++;
        }

        if (activations.Length < count)
        {
            return false;
        }

        int smallest = Infinite;
        int larger = 0;
        while (larger + (smallest == Infinite ? 0 : histogram[smallest]) < count)
        {
            larger += smallest == Infinite ? 0 : histogram[smallest];
            smallest--;
        }

        int equal = count - larger;
        indices = new int[count];
        int found = 0;
        for (int i = 0; i < activations.Length && found < count; i++)
        {
            int size = activations[i] & Magnitude;
            if (size > smallest || (size == smallest && equal-- > 0))
            {
                indices[found++] = i;
            }
        }

        return true;
    }
}
