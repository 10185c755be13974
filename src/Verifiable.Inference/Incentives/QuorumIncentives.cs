namespace Verifiable.Inference.Incentives;

/// <summary>
/// Computes the closed forms of a stake-weighted quorum with escalation, and the published ones about quorums, bribery and super-linear staking. Pure and thread-safe.
/// </summary>
/// <remarks>
/// <para>A coalition of share r holds k ~ Bin(n, r) seats and knows k. Honest, it computes once and earns kR − C. With k of at least
/// <see cref="QuorumEconomics.UncontradictedSeats"/> its wrong output meets no contradiction and is escalated with probability a; with fewer it calls the second committee, or comes
/// too late on purpose and is not paid. The second committee errs with e. So honesty is better by q(1 − e)(k(R + S) + F) − F − Δ − qe(n − k)S/2, q = a or 1: the last term is the half of
/// honest slashes that a coalition could regain as deciders' pay and bounty. The law of k does not depend on how the coalition splits its stake into identities,
/// for seats are drawn by stake with replacement, and neither does any payoff, for seats are paid and slashed one by one.</para>
/// <para>Sources: rⁿ, Atoma whitepaper section 2.7; d·n²/2, Chainlink 2.0; p + ε, V. Buterin (2015); cost against profit of corruption, EigenLayer. The rest is derived here and
/// checked by simulation and enumeration.</para>
/// </remarks>
public static class QuorumIncentives
{
    private const int ShareSteps = 1_000_000;

    /// <summary>Computes the probability that all seats belong to one coalition, rⁿ: with dissent escalated, a tampered answer settles only then.</summary>
    /// <param name="coalitionShare">The share r, in [0, 1].</param>
    /// <param name="seats">The number of seats n.</param>
    public static decimal UnanimityProbability(decimal coalitionShare, int seats) => SamplingIncentives.CollusionProbability(coalitionShare, seats);

    /// <summary>Computes the budget of a p + ε attack on a vote, ⌊(n − 1) / 2⌋(P + D + ε): what the briber would owe if most voted against it. If it works it owes nothing.</summary>
    /// <param name="seats">The number of votes n, at least 1.</param>
    /// <param name="reward">What a vote with the majority is paid, P.</param>
    /// <param name="slash">What a vote against it loses, D.</param>
    /// <param name="extra">What the briber adds, ε.</param>
    public static decimal BriberyBudget(int seats, decimal reward, decimal slash, decimal extra = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seats, 1);
        return (seats - 1) / 2 * (reward + slash + extra);
    }

    /// <summary>Computes what bribing a majority of n nodes costs where each puts down d and the minority has no watchdog, dn / 2.</summary>
    /// <param name="nodes">The number of nodes n.</param>
    /// <param name="deposit">The deposit d of each.</param>
    public static decimal LinearStakingBudget(int nodes, decimal deposit) => deposit * nodes / 2;

    /// <summary>Computes what it costs where one node, drawn at random, gets all that the majority forfeits if it alerts, so that each must be bribed with dn / 2: dn² / 2 in all.</summary>
    /// <inheritdoc cref="LinearStakingBudget"/>
    public static decimal SuperLinearStakingBudget(int nodes, decimal deposit) => LinearStakingBudget(nodes, deposit) * nodes;

    /// <summary>Computes the probability that a coalition holds a number of seats or more, P(Bin(n, r) ≥ k).</summary>
    /// <param name="economics">The numbers.</param>
    /// <param name="seats">The number of seats k.</param>
    public static decimal SeatsProbability(QuorumEconomics economics, int seats)
    {
        QuorumEconomics e = Checked(economics);
        return ExactBinomial.UpperTail(e.Seats, e.CoalitionShare, seats);
    }

    /// <summary>Computes the probability that a committee goes to a coalition whose requester draws again for each seat by lying about refusals, P(Bin(m, 1 − (1 − r)^attempts) &gt; m / 2).</summary>
    /// <param name="seats">The number of seats m.</param>
    /// <param name="share">The coalition's share r, in [0, 1].</param>
    /// <param name="attempts">The number of draws for one seat, at least 1.</param>
    public static decimal SteeredError(int seats, decimal share, int attempts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        return ExactBinomial.MajorityProbability(seats, 1 - SamplingIncentives.CollusionProbability(1 - share, attempts));
    }

    /// <summary>Computes by how much honesty is better for a coalition that holds a number of seats and cheats with all of them in the way that is best for it.</summary>
    /// <param name="economics">The numbers.</param>
    /// <param name="seats">The number of seats k, from 1 to n.</param>
    /// <returns>The margin; honesty is strictly better iff it is above 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many seats.</exception>
    public static decimal Margin(QuorumEconomics economics, int seats)
    {
        QuorumEconomics e = Checked(economics);
        ArgumentOutOfRangeException.ThrowIfLessThan(seats, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seats, e.Seats);
        return MarginWith(e, seats, DecisionError(e));
    }

    /// <summary>Examines a configuration.</summary>
    /// <param name="economics">The numbers.</param>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static QuorumAssessment Assess(QuorumEconomics economics)
    {
        QuorumEconomics e = Checked(economics);
        decimal error = DecisionError(e);
        int worst = Enumerable.Range(1, e.Seats).MinBy(seats => MarginWith(e, seats, error));
        decimal margin = MarginWith(e, worst, error);
        decimal honest = (worst * e.Reward) - e.HonestCost;
        int quiet = e.UncontradictedSeats;
        decimal capture = ExactBinomial.UpperTail(e.Seats, e.CoalitionShare, quiet);
        decimal holds = ExactBinomial.UpperTail(e.Seats, e.CoalitionShare, 1);
        decimal win = (capture * (1 - e.EscalationRate + (e.EscalationRate * error))) + ((holds - capture) * error);
        decimal? bounty = e.WaitsForAll && e.Convicts ? Quotient(e.Saving + (error * (e.Reward + e.Slash)), 1 - error) : null;
        QuorumAssessment assessment = new(e)
        {
            MostTemptingSeats = worst,
            HonestPayoff = honest,
            DishonestPayoff = honest - margin,
            IsHonestySecure = margin > 0,
            IsHonestyTheOnlyEquilibrium = margin > 0 && e.Bounty > bounty,
            DoHonestSeatsParticipate = e.Reward > e.HonestCost,
            CaptureProbability = capture,
            WinProbability = win,
            DetectionProbability = holds > 0 ? 1 - (win / holds) : 1,
            DecisionError = error,
            FalseConvictionProbability = e.Convicts ? SteeredError(e.EscalationSeats, e.VoterShare, e.MaxAttempts) : 0,
            CostOfCorruption = e.EscalationRate * (1 - error) * quiet * (e.Reward + e.EffectiveSlash),
            ProfitFromCorruption = e.FraudValue + e.Saving,
            CoverageRatio = e.FraudValue > 0 ? quiet * e.EffectiveSlash / e.FraudValue : null,
            BriberyBudget = BriberyBudget(e.EscalationSeats, e.Reward, e.EffectiveSlash),
            LeastSlash = LeastSlash(e, error),
            LeastEscalationRate = LeastEscalationRate(e, error),
            LeastBounty = bounty,
            ExpectedCost = e.Seats + (e.EscalationRate * e.EscalationSeats),
            BreakingCoalitionShare = BreakingShare(e),
        };
        return assessment with { Assumptions = [.. QuorumFindings.Assumptions(e)], Shortcomings = [.. QuorumFindings.Shortcomings(assessment)] };
    }

    private static QuorumEconomics Checked(QuorumEconomics economics)
    {
        ArgumentNullException.ThrowIfNull(economics);
        economics.ThrowIfInvalid(nameof(economics));
        return economics;
    }

    private static decimal DecisionError(QuorumEconomics e) => ExactBinomial.MajorityProbability(e.EscalationSeats, e.VoterShare);

    // The rates at which a wrong answer with k seats is put before the second committee, one for each way to cheat.
    private static decimal EscalationOf(QuorumEconomics e, int seats) => seats >= e.UncontradictedSeats ? e.EscalationRate : 1;

    // Coming too late on purpose is not paid and decides nothing; it is open to those who are not needed.
    private static bool MayBeLate(QuorumEconomics e, int seats) => !e.WaitsForAll && e.Seats - seats > e.Threshold;

    private static decimal MarginWith(QuorumEconomics e, int seats, decimal error)
    {
        decimal called = MarginWithout(e, seats, error) + (SlopePerSlash(e, seats, error) * e.EffectiveSlash);
        return MayBeLate(e, seats) ? Math.Min(called, (seats * e.Reward) - e.Saving) : called;
    }

    private static decimal MarginWithout(QuorumEconomics e, int seats, decimal error) =>
        (EscalationOf(e, seats) * (1 - error) * ((seats * e.Reward) + e.FraudValue)) - e.FraudValue - e.Saving;

    private static decimal SlopePerSlash(QuorumEconomics e, int seats, decimal error) =>
        EscalationOf(e, seats) * (((1 - error) * seats) - (error * (e.Seats - seats) / 2));

    private static decimal? LeastSlash(QuorumEconomics e, decimal error)
    {
        decimal least = 0;
        for (int seats = 1; seats <= e.Seats; seats++)
        {
            decimal without = MarginWithout(e, seats, error);
            decimal slope = SlopePerSlash(e, seats, error);
            bool isLateBest = MayBeLate(e, seats) && seats * e.Reward <= e.Saving;
            if (isLateBest || (without <= 0 && (slope <= 0 || !e.Convicts)) || Quotient(-without, slope) is not { } needed)
            {
                return null;
            }

            least = without <= 0 ? Math.Max(least, needed) : least;
        }

        // Where the second committee errs often a larger slash is a larger prize for whoever wins it.
        bool grows = Enumerable.Range(1, e.Seats).All(seats => SlopePerSlash(e, seats, error) is var slope && (slope >= 0 || MarginWithout(e, seats, error) + (slope * least) > 0));
        return grows ? least : null;
    }

    private static decimal? LeastEscalationRate(QuorumEconomics e, decimal error)
    {
        decimal least = 0;
        for (int seats = 1; seats <= e.Seats; seats++)
        {
            if (seats < e.UncontradictedSeats)
            {
                if (MarginWith(e, seats, error) <= 0)
                {
                    return null;
                }

                continue;
            }

            decimal perRate = ((1 - error) * ((seats * (e.Reward + e.EffectiveSlash)) + e.FraudValue)) - (error * (e.Seats - seats) * e.EffectiveSlash / 2);
            if (perRate <= e.FraudValue + e.Saving)
            {
                return null;
            }

            least = Math.Max(least, (e.FraudValue + e.Saving) / perRate);
        }

        return least;
    }

    // What is beyond 10^28 units nobody can stake.
    private static decimal? Quotient(decimal numerator, decimal denominator)
    {
        try
        {
            return denominator == 0 ? (numerator < 0 ? 0 : null) : numerator / denominator;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    // The margin falls with the error, and the error grows with the share; by halving, in millionths.
    private static decimal? BreakingShare(QuorumEconomics e)
    {
        if (!IsSecureAt(0))
        {
            return null;
        }

        int secure = 0;
        int insecure = ShareSteps;
        while (insecure - secure > 1)
        {
            int middle = (secure + insecure) / 2;
            (secure, insecure) = IsSecureAt(middle) ? (middle, insecure) : (secure, middle);
        }

        return (decimal)secure / ShareSteps;

        bool IsSecureAt(int step)
        {
            decimal error = ExactBinomial.MajorityProbability(e.EscalationSeats, (decimal)step / ShareSteps);
            return Enumerable.Range(1, e.Seats).All(seats => MarginWith(e, seats, error) > 0);
        }
    }
}
