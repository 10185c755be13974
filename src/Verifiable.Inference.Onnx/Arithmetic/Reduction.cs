namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Sums of binary32 by rule 3 of the canonical arithmetic: element i goes to lane i mod 64, each lane adds in index order, and a binary tree adds lane i + s to lane i
/// for s = 32, 16, … 1. Lanes start at −0, the identity of addition, so that a lane without elements changes nothing. Stateless and thread-safe.
/// </summary>
internal static class Reduction
{
    /// <summary>The number of lanes.</summary>
    internal const int LaneCount = Lanes.Count;

    /// <summary>Sums elements in lanes; the sum of none is +0.</summary>
    internal static float Sum(ReadOnlySpan<float> values) => Lanes.Reduce<float, LaneMaps.Same, LaneFolds.Sum>(values);

    /// <summary>Adds the lanes by the tree; destroys them.</summary>
    internal static float Fold(Span<float> lanes) => Lanes.Fold<float, LaneFolds.Sum>(lanes);

    /// <summary>Finds the largest element by <see cref="CanonicalMath.Max"/>; of none it is −∞.</summary>
    internal static float Max(ReadOnlySpan<float> values) => Lanes.Reduce<float, LaneMaps.Same, LaneFolds.Largest>(values);
}
