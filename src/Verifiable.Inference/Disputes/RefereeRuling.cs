namespace Verifiable.Inference.Disputes;

/// <summary>A referee's conclusion, with the two numbers that it compared. <c>default</c> is no conclusion.</summary>
/// <param name="Kind">The conclusion.</param>
/// <param name="Reason">Why.</param>
/// <param name="Claimed">The bits that the claim commits to, in the low bits; 0 where no element was compared.</param>
/// <param name="Expected">The bits that the definition gives, in the low bits; 0 where no element was compared.</param>
public readonly record struct RefereeRuling(RulingKind Kind, RulingReason Reason, ulong Claimed = 0, ulong Expected = 0)
{
    /// <summary>Makes a ruling of a reason, which says what follows.</summary>
    public static RefereeRuling Of(RulingReason reason, ulong claimed = 0, ulong expected = 0) => new(KindOf(reason), reason, claimed, expected);

    /// <summary>Gets what follows from a reason.</summary>
    public static RulingKind KindOf(RulingReason reason) => reason switch
    {
        >= RulingReason.ElementDiffers and <= RulingReason.InterfaceViolated => RulingKind.Convicted,
        >= RulingReason.ElementAgrees and <= RulingReason.WellFormed => RulingKind.Acquitted,
        _ => RulingKind.None,
    };
}
