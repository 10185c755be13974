namespace Verifiable.Inference.Disputes;

/// <summary>A chess clock: what both parties have left, and since when one of them is at its turn. The only place where times of a game are compared. Immutable.</summary>
/// <param name="Claimant">What the claimant had left when the turn began, in milliseconds.</param>
/// <param name="Challenger">What the challenger had left when the turn began, in milliseconds.</param>
/// <param name="Since">When the turn began.</param>
/// <param name="IsClaimants">Whether it is the claimant's turn.</param>
internal readonly record struct DisputeClock(long Claimant, long Challenger, long Since, bool IsClaimants)
{
    /// <summary>Gets what the party at its turn has for it.</summary>
    public long Left => IsClaimants ? Claimant : Challenger;

    /// <summary>Gets the last moment, before which a move must come.</summary>
    public Int128 Deadline => (Int128)Since + Left;

    /// <summary>Starts the clock with the claimant's first turn.</summary>
    public static DisputeClock Start(DisputeTerms terms, long time) => new DisputeClock(terms.Budget, terms.Budget, time, true).Extend(terms, isHeavy: true);

    /// <summary>Tells whether the party at its turn has used up its time: a move is in time iff the time since the turn began is below what the party has left.</summary>
    public bool IsUp(long time) => (Int128)time - Since >= Left;

    /// <summary>Passes the turn to the other party, which has at least the extension for it.</summary>
    public DisputeClock Pass(DisputeTerms terms, long time, bool isHeavy)
    {
        // In time, so that less was used than was left.
        long used = time - Since;
        return new DisputeClock(IsClaimants ? Claimant - used : Claimant, IsClaimants ? Challenger : Challenger - used, time, !IsClaimants).Extend(terms, isHeavy);
    }

    private DisputeClock Extend(DisputeTerms terms, bool isHeavy)
    {
        // At most the budget again, where two extensions would be more.
        long least = isHeavy ? (long)Int128.Min(2 * (Int128)terms.Extension, terms.Budget) : terms.Extension;
        return IsClaimants ? this with { Claimant = Math.Max(Claimant, least) } : this with { Challenger = Math.Max(Challenger, least) };
    }
}
