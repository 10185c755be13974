using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Sums by rule 3 of the canonical arithmetic: element i goes to lane i mod 64, each lane adds in index order, and a binary tree adds lane i + s to lane i
/// for s = 32, 16, … 1. Lanes start at −0, the identity of addition, so that a lane without elements changes nothing. Stateless and thread-safe.
/// </summary>
internal static class Reduction
{
    /// <summary>The number of lanes.</summary>
    internal const int LaneCount = 64;

    /// <summary>Sums elements in lanes; the sum of none is +0.</summary>
    internal static float Sum(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            return 0f;
        }

        Span<float> lanes = stackalloc float[LaneCount];
        lanes.Fill(-0f);
        ReadOnlySpan<float> rest = values;
        if (Vector128.IsHardwareAccelerated)
        {
            ref float lane = ref MemoryMarshal.GetReference(lanes);
            while (rest.Length >= LaneCount)
            {
                ref float source = ref MemoryMarshal.GetReference(rest);
                for (nuint offset = 0; offset < LaneCount; offset += 16)
                {
                    (Vector512.LoadUnsafe(ref lane, offset) + Vector512.LoadUnsafe(ref source, offset)).StoreUnsafe(ref lane, offset);
                }

                rest = rest[LaneCount..];
            }
        }

        for (int i = 0; i < rest.Length; i++)
        {
            lanes[i % LaneCount] += rest[i];
        }

        return Fold(lanes);
    }

    /// <summary>Adds the lanes by the tree; destroys them.</summary>
    internal static float Fold(Span<float> lanes)
    {
        for (int stride = LaneCount / 2; stride >= 1; stride /= 2)
        {
            for (int i = 0; i < stride; i++)
            {
                lanes[i] += lanes[i + stride];
            }
        }

        return lanes[0];
    }

    /// <summary>Finds the largest element by <see cref="CanonicalMath.Max"/>; of none it is −∞.</summary>
    internal static float Max(ReadOnlySpan<float> values)
    {
        float largest = float.NegativeInfinity;
        foreach (float value in values)
        {
            largest = CanonicalMath.Max(largest, value);
        }

        return largest;
    }
}
