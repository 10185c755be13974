namespace Verifiable.Inference.Incentives;

/// <summary>
/// Holds the numbers that decide whether cheating pays under a quorum with escalation: costs, rewards, seats, shares. Amounts are in any one unit of money. Immutable.
/// </summary>
public sealed record QuorumEconomics
{
    /// <summary>Gets what computing the answer honestly costs, C. A coalition that holds several seats computes once.</summary>
    public required decimal HonestCost { get; init; }

    /// <summary>Gets what the cheapest plausible substitute costs, c, in [0, C].</summary>
    public decimal SubstituteCost { get; init; }

    /// <summary>Gets what a seat is paid, R.</summary>
    public required decimal Reward { get; init; }

    /// <summary>Gets the stake that a convicted seat loses, S.</summary>
    public required decimal Slash { get; init; }

    /// <summary>Gets what a seat is paid out of the slash for contradicting what is found wrong, w.</summary>
    public decimal Bounty { get; init; }

    /// <summary>Gets what a coalition gains beside the rewards when its wrong output is accepted, F.</summary>
    public decimal FraudValue { get; init; }

    /// <summary>Gets the number of seats of the first committee, n, from 1 to <see cref="SamplingEconomics.GreatestCount"/>.</summary>
    public required int Seats { get; init; }

    /// <summary>Gets the number of seats that a group must exceed to win, T, at least n / 2 rounded down and less than n.</summary>
    public required int Threshold { get; init; }

    /// <summary>Gets the number of seats of the second committee, m, odd, to <see cref="SamplingEconomics.GreatestCount"/>.</summary>
    public required int EscalationSeats { get; init; }

    /// <summary>Gets the share a of answers that nobody contradicts and that are escalated all the same, in [0, 1].</summary>
    public required decimal EscalationRate { get; init; }

    /// <summary>Gets the share r of stake in one coalition, in [0, 1].</summary>
    public decimal CoalitionShare { get; init; }

    /// <summary>Gets the share of the stake left for the second committee that is dishonest, r′; <see langword="null"/> (default) means r.</summary>
    public decimal? DishonestVoterShare { get; init; }

    /// <summary>Gets the number of draws that a requester can have for one seat by lying about refusals; 1 by default.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>Gets a value indicating whether the requester waits for every seat of the first committee, so that each of them can contradict.</summary>
    public bool WaitsForAll { get; init; }

    /// <summary>Gets a value indicating whether the second committee convicts; where it does not, a wrong output is not paid and costs nothing else.</summary>
    public bool Convicts { get; init; } = true;

    /// <summary>Gets what a cheat saves, Δ = C − c.</summary>
    public decimal Saving => HonestCost - SubstituteCost;

    internal decimal VoterShare => DishonestVoterShare ?? CoalitionShare;

    internal decimal EffectiveSlash => Convicts ? Slash : 0;

    /// <summary>Gets the least number of seats with which a wrong answer meets no contradiction: more than the threshold, or all where everybody is waited for.</summary>
    public int UncontradictedSeats => WaitsForAll ? Seats : Threshold + 1;

    internal void ThrowIfInvalid(string parameter)
    {
        bool amounts = IsIn(HonestCost, SamplingEconomics.GreatestAmount) && IsIn(SubstituteCost, HonestCost) && IsIn(Reward, SamplingEconomics.GreatestAmount)
            && IsIn(Slash, SamplingEconomics.GreatestAmount) && IsIn(Bounty, SamplingEconomics.GreatestAmount) && IsIn(FraudValue, SamplingEconomics.GreatestAmount);
        bool shares = IsIn(EscalationRate, 1) && IsIn(CoalitionShare, 1) && IsIn(VoterShare, 1);
        bool seats = Seats >= 1 && Seats <= SamplingEconomics.GreatestCount && Threshold < Seats && 2 * (Threshold + 1) > Seats
            && EscalationSeats >= 1 && EscalationSeats <= SamplingEconomics.GreatestCount && EscalationSeats % 2 == 1 && MaxAttempts is >= 1 and <= 1000;
        if (!amounts || !shares || !seats)
        {
            throw new ArgumentException(
                $"Expected amounts of 0 to {SamplingEconomics.GreatestAmount} with c at most C, shares in [0, 1], a threshold of at least half of the seats, and odd numbers of deciding seats, got {this}.", parameter);
        }
    }

    private static bool IsIn(decimal value, decimal greatest) => value >= 0 && value <= greatest;
}
