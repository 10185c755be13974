namespace Verifiable.Inference.Disputes;

/// <summary>What disputes cost those who are honest, and what a wrong claim could win: bonds follow from them. Amounts are ledger units. Immutable.</summary>
/// <remarks>
/// <para>With b the share of a loser's bond that is burnt and ρ the ratio of <see cref="RatioPermille"/>: the claim bond is the larger of 2·ρ·challenge ÷ (1 − b), so that half of the reward, which is what the
/// first to challenge has even if another convicts, is at least ρ times what the dispute costs him, and value ÷ (p·b). A cheat who sees that it is caught can convict itself by a second identity and
/// have the whole reward back: what it surely loses is what is burnt, and that is above what it wins where it is caught with probability p. The challenge bond is ρ·(defense + barred) ÷ (1 − b), so that whoever exhausts an honest claimant by challenges spends at least ρ ÷ (1 − b) times what they cost it. Each is rounded up.</para>
/// <para>The resource ratio is that of the economics paper of Arbitrum BoLD; that who is right is paid at least what it costs is Truebit's condition for verifiers.</para>
/// </remarks>
public sealed record DisputeCosts
{
    /// <summary>Gets what a whole dispute costs an honest challenger: a run of the model, and its part of the moves.</summary>
    public required Amount Challenge { get; init; }

    /// <summary>Gets what a whole dispute costs an honest claimant: running again, and its part of the moves.</summary>
    public required Amount Defense { get; init; }

    /// <summary>Gets what an honest claimant loses because it takes no other tasks while it is challenged. The default is nothing.</summary>
    public Amount Barred { get; init; }

    /// <summary>Gets what a wrong claim could win. The default is nothing.</summary>
    public Amount ValueAtRisk { get; init; }

    /// <summary>Gets the probability with which a wrong claim is challenged. The default is 1.</summary>
    public Probability64 Detection { get; init; } = Probability64.Always;

    /// <summary>Gets ρ, in thousandths, at least 1000. The default is 2000: who is right gets twice its costs.</summary>
    public int RatioPermille { get; init; } = 2000;

    /// <summary>Lists everything wrong with these costs; empty when bonds can be computed.</summary>
    public IEnumerable<string> Validate()
    {
        if (Challenge.Units == 0 || Defense.Units == 0)
        {
            yield return $"{nameof(Challenge)} and {nameof(Defense)} must be above 0, got {Challenge} and {Defense}.";
        }

        if (Detection.Numerator == 0)
        {
            yield return $"{nameof(Detection)} must be above 0: no bond deters a cheat that is never caught.";
        }

        if (RatioPermille < 1000)
        {
            yield return $"{nameof(RatioPermille)} must be at least 1000, got {RatioPermille}.";
        }
    }

    /// <summary>Sets the bonds of terms.</summary>
    /// <param name="clocks">The clocks, the share that is burnt and the limit of rewards; bonds are replaced.</param>
    /// <exception cref="ArgumentException">The costs are not valid, everything is burnt, or the limit of rewards is below what honest parties spend.</exception>
    /// <exception cref="OverflowException">A bond does not fit in 64 bits.</exception>
    public DisputeTerms SetBonds(DisputeTerms clocks)
    {
        ArgumentNullException.ThrowIfNull(clocks);
        string faults = string.Join(' ', Validate());
        if (faults.Length > 0 || clocks.BurnPermille is < 500 or >= 1000)
        {
            throw new ArgumentException($"Expected valid costs and a burnt share of 500 to 999 thousandths, got {clocks.BurnPermille}. {faults}", nameof(clocks));
        }

        // The burnt share is rounded up: of a bond of b units the winner gets ⌊b·kept ÷ 1000⌋.
        var kept = (UInt128)(1000 - clocks.BurnPermille);
        UInt128 challenge = Divide(2000 * Divide((UInt128)Challenge.Units * (uint)RatioPermille, 1000), kept);
        UInt128 defense = Divide(1000 * Divide(((UInt128)Defense.Units + Barred.Units) * (uint)RatioPermille, 1000), kept);

        // What is burnt is one unit more, so that what is lost is above what is won.
        UInt128 burnt = 1 + (Detection == Probability64.Always ? ValueAtRisk.Units : Divide((UInt128)ValueAtRisk.Units << 64, Detection.Numerator));
        UInt128 deterrence = Divide((UInt128)1000 * checked((ulong)burnt), (uint)clocks.BurnPermille);
        DisputeTerms terms = clocks with
        {
            ClaimBond = new Amount(checked((ulong)UInt128.Max(challenge, deterrence))),
            ChallengeBond = new Amount(checked((ulong)defense)),
        };
        return terms.Split(terms.ClaimBond).Reward.Units / 2 >= Challenge.Units && terms.Split(terms.ChallengeBond).Reward >= Defense + Barred
            ? terms
            : throw new ArgumentException($"Expected a limit of rewards that covers what honest parties spend, got {clocks.MaxReward}.", nameof(clocks));
    }

    private static UInt128 Divide(UInt128 value, UInt128 by) => (value + by - 1) / by;
}
