using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Multidirectional broadcasting: shapes are aligned at the last axis, and a length of 1 repeats.</summary>
internal static class Broadcast
{
    /// <summary>Combines two shapes.</summary>
    internal static string? Combine(TensorShape left, TensorShape right, out TensorShape combined)
    {
        if (left == right)
        {
            combined = left;
            return null;
        }

        long[] lengths = new long[Math.Max(left.Rank, right.Rank)];
        combined = default;
        for (int i = 1; i <= lengths.Length; i++)
        {
            long a = i <= left.Rank ? left[left.Rank - i] : 1;
            long b = i <= right.Rank ? right[right.Rank - i] : 1;
            if (a != b && a != 1 && b != 1)
            {
                return $"Expected shapes that broadcast, got {left} and {right}.";
            }

            lengths[^i] = a == 1 ? b : a;
        }

        return Faults.Shape(lengths, out combined);
    }

    /// <summary>Gets how far one step along each axis of the output moves within an input: 0 where the input repeats.</summary>
    internal static long[] Strides(TensorShape input, TensorShape output)
    {
        long[] strides = new long[output.Rank];
        long stride = 1;
        for (int i = 1; i <= input.Rank; i++)
        {
            long length = input[input.Rank - i];
            strides[^i] = length == 1 ? 0 : stride;
            stride *= length;
        }

        return strides;
    }

    /// <summary>Maps a row-major index of the output to one of an input with strides.</summary>
    internal static long Map(long index, TensorShape output, ReadOnlySpan<long> strides)
    {
        long mapped = 0;
        for (int axis = output.Rank - 1; axis >= 0; axis--)
        {
            mapped += index % output[axis] * strides[axis];
            index /= output[axis];
        }

        return mapped;
    }
}
