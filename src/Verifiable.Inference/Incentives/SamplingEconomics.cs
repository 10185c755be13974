namespace Verifiable.Inference.Incentives;

/// <summary>
/// Holds the numbers that decide whether cheating pays under sampling: costs, rewards, slash, probabilities. Amounts are in any one unit
/// of money (multiples of the honest cost are usual). Immutable, hence safe to share between threads.
/// </summary>
/// <remarks>Decimal literals are exact: 0.08 is 8/100, so a condition that holds with equality is seen as equality.</remarks>
public sealed partial record SamplingEconomics
{
    /// <summary>Gets what computing the answer honestly costs, C; above 0.</summary>
    public required decimal HonestCost { get; init; }

    /// <summary>Gets what the cheapest plausible substitute costs, c, in [0, C]; the papers set it to 0, the default.</summary>
    public decimal SubstituteCost { get; init; }

    /// <summary>Gets what an asserter is paid for an answer that is not proven wrong, R_A.</summary>
    public required decimal AsserterReward { get; init; }

    /// <summary>Gets what all validators of one audit are paid together, R_V; each of n gets R_V / n.</summary>
    public required decimal ValidatorReward { get; init; }

    /// <summary>Gets the stake that a convicted provider loses, S.</summary>
    public required decimal Slash { get; init; }

    /// <summary>Gets the probability that a claim is audited, p, drawn after the claim.</summary>
    public required decimal AuditProbability { get; init; }

    /// <summary>Gets the number of validators of one audit, n, from 1 (the default) to <see cref="GreatestCount"/>.</summary>
    public int ValidatorCount { get; init; } = 1;

    /// <summary>
    /// Gets the share r of the selection weight that one coalition controls once the asserter is excluded from the draw;
    /// 0 by default. <see cref="SamplingIncentives.CoalitionShareAfterExclusion"/> converts a share of the whole weight.
    /// </summary>
    public decimal CoalitionShare { get; init; }

    /// <summary>Gets the value of a fraud that nobody audits, U1, the reward included; <see langword="null"/> (default) means R_A.</summary>
    public decimal? UnchallengedFraudValue { get; init; }

    /// <summary>
    /// Gets the value to the coalition of a fraud that is audited by its own members only, U2, all rewards included;
    /// <see langword="null"/> (default) means U1 + R_V, which is 2R in the basic case.
    /// </summary>
    public decimal? ChallengedFraudValue { get; init; }

    /// <summary>
    /// Gets the probability δ that a cheat is convicted once an independent validator recomputed it and the adjudicator decides
    /// rightly; 1 by default. A vote's own error is applied on top of it.
    /// </summary>
    public decimal DetectionProbability { get; init; } = 1m;

    /// <summary>Gets the probability φ that an honest asserter is convicted once an independent validator recomputed its claim; 0 by default.</summary>
    public decimal FalseConvictionProbability { get; init; }

    /// <summary>Gets the probability that an honest validator is convicted beside an honest asserter; <see langword="null"/> (default) means φ.</summary>
    public decimal? ValidatorFalseConvictionProbability { get; init; }

    /// <summary>Gets the bounty w that the honest validators of a proven mismatch share; at most the slash that pays it; 0 by default.</summary>
    public decimal Bounty { get; init; }

    /// <summary>Gets who decides a mismatch; the default names nobody.</summary>
    public AdjudicatorKind Adjudicator { get; init; }

    /// <summary>Gets the number of seats of the vote, m, from 1 to <see cref="GreatestCount"/>; 0 (default) and ignored unless a vote decides.</summary>
    public int VoterSeats { get; init; }

    /// <summary>Gets the share r' of voting weight that is dishonest or runs the same cheap substitute; ignored unless a vote decides.</summary>
    public decimal DishonestVoterShare { get; init; }

    /// <summary>
    /// Gets the probability e_F that an honest validator who contradicts a cheat is convicted instead; <see langword="null"/> (default) means 0, or the
    /// vote's error where a vote decides.
    /// </summary>
    public decimal? WrongConvictionProbability { get; init; }

    /// <summary>Gets the probability g that a validator guesses the answer without computing it; <see langword="null"/> (default) when unknown.</summary>
    public decimal? GuessProbability { get; init; }

    /// <summary>Gets what a cheat saves on one task, Δ = C − c.</summary>
    public decimal Saving => HonestCost - SubstituteCost;

    internal decimal UnchallengedValue => UnchallengedFraudValue ?? AsserterReward;

    internal decimal ChallengedValue => ChallengedFraudValue ?? (UnchallengedValue + ValidatorReward);

    internal decimal ValidatorFalseConviction => ValidatorFalseConvictionProbability ?? FalseConvictionProbability;

    internal decimal RewardPerValidator => ValidatorReward / ValidatorCount;
}
