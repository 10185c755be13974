namespace Verifiable.Inference;

/// <summary>What a verifier concluded, why, and the measurement it rests on. <c>default</c> is no conclusion.</summary>
/// <param name="Kind">The conclusion.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Distance">The measured distance: 0 is the same, ∞ is not comparable, NaN is not measured.</param>
/// <param name="Limit">The largest distance that counts as the same; NaN when nothing was measured.</param>
public readonly record struct Verdict(VerdictKind Kind, VerdictReason Reason, double Distance, double Limit)
{
    /// <summary>Gets a value indicating whether the output was checked and found right.</summary>
    public bool IsAccepted => Kind == VerdictKind.Accepted;

    /// <summary>Makes a verdict that concludes nothing.</summary>
    public static Verdict Undetermined(VerdictReason reason) => new(VerdictKind.Undetermined, reason, double.NaN, double.NaN);

    /// <summary>Makes a verdict that rejects without a measurement, for a fault that signatures alone prove.</summary>
    public static Verdict Reject(VerdictReason reason) => new(VerdictKind.Rejected, reason, double.NaN, double.NaN);
}
