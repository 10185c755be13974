using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Element-wise sums over the gates of one sequence, each rounded by itself.</summary>
internal static class RecurrentSums
{
    /// <summary>Adds other numbers in place.</summary>
    internal static void Add<T>(Span<T> sums, ReadOnlySpan<T> addends)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < addends.Length; i++)
        {
            sums[i] += addends[i];
        }
    }

    /// <summary>Adds the products of weights and states in place.</summary>
    internal static void AddProducts<T>(Span<T> sums, ReadOnlySpan<T> weights, ReadOnlySpan<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < weights.Length; i++)
        {
            sums[i] += weights[i] * states[i];
        }
    }

    /// <summary>Adds two biases in place, one after the other: those of the first half, then those of the second; nothing where there are none.</summary>
    internal static void AddBiases<T>(Span<T> sums, ReadOnlySpan<T> biases)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int half = biases.Length / 2;
        for (int i = 0; i < Math.Min(half, sums.Length); i++)
        {
            sums[i] = sums[i] + biases[i] + biases[half + i];
        }
    }
}
