namespace Verifiable.Inference.Incentives;

public static partial class SamplingIncentives
{
    /// <summary>
    /// Says whether a lone honest validator earns by contradicting a cheat that everybody else shares, so that "all run the same cheap model" is no
    /// equilibrium: δ(1 − e_F)w &gt; Δ + e_F(R_V/n + S); with an objective adjudicator and δ = 1, w &gt; Δ.
    /// </summary>
    /// <remarks>The product δ(1 − e_F) is the probability that the mismatch is found and the cheat convicted; e_F is counted in full, as if every mismatch were tried.</remarks>
    /// <param name="economics">The numbers.</param>
    /// <returns><see langword="false"/> also when no adjudicator is named.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static bool IsBountySufficient(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal wrong = WrongConvictionProbability(e);
        return e.Adjudicator != AdjudicatorKind.Unspecified
            && e.DetectionProbability * (1m - wrong) * e.Bounty > e.Saving + (wrong * (e.RewardPerValidator + e.Slash));
    }

    /// <summary>Computes the bounty that must be exceeded for honesty to be the only equilibrium, [Δ + e_F(R_V/n + S)] / [δ(1 − e_F)].</summary>
    /// <param name="economics">The numbers; their own bounty plays no part.</param>
    /// <returns>The threshold, or <see langword="null"/> when no bounty up to 10^18 suffices or no adjudicator is named.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static decimal? LeastBounty(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal wrong = WrongConvictionProbability(e);
        decimal won = e.DetectionProbability * (1m - wrong);
        decimal needed = e.Saving + (wrong * (e.RewardPerValidator + e.Slash));
        return e.Adjudicator != AdjudicatorKind.Unspecified && won > 0m && needed < won * SamplingEconomics.GreatestAmount ? needed / won : null;
    }

    /// <summary>Computes the likelihood ratio δ/φ that a comparison must exceed for any slash both to deter and to keep honest providers, 1 + Δ / (R − C), whatever p, r and S (for U1 = R_A).</summary>
    /// <param name="honestCost">The honest cost C.</param>
    /// <param name="saving">What a cheat saves, Δ.</param>
    /// <param name="reward">The reward R, above C.</param>
    /// <returns>The ratio.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The reward is not above the cost, or an amount is negative.</exception>
    public static decimal LeastLikelihoodRatio(decimal honestCost, decimal saving, decimal reward)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(honestCost);
        ArgumentOutOfRangeException.ThrowIfNegative(saving);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(reward, honestCost);
        return 1m + (saving / (reward - honestCost));
    }

    /// <summary>
    /// Says whether the comparison is good enough to slash on, δ/φ &gt; 1 + Δ / (R_A − C), in the form δ(R_A − C) &gt; φ(R_A − C + Δ); without false
    /// convictions (φ = 0), R_A ≥ C and δ &gt; 0. For one validator it is
    /// necessary and sufficient when U1 = R_A and U2 = R_A + R_V, and necessary when the fraud is worth more.
    /// </summary>
    /// <param name="economics">The numbers; p, r and S play no part.</param>
    /// <returns><see langword="false"/> means that no stake and no audit rate repair the comparison.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static bool IsNoiseConditionMet(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal delta = ConvictionProbability(e);
        decimal profit = e.AsserterReward - e.HonestCost;
        return e.FalseConvictionProbability == 0m
            ? profit >= 0m && delta > 0m
            : delta * profit > e.FalseConvictionProbability * (profit + e.Saving);
    }

    /// <summary>
    /// Finds the slashes that deter (exact form) and that an honest asserter bears, ( Δ / [p(1 − r)(δ − φ)] − R, (R − C) / [p(1 − r)φ] − R ] for
    /// one validator and U1 = R.
    /// </summary>
    /// <param name="economics">The numbers; their own slash plays no part.</param>
    /// <returns>The interval, or <see langword="null"/> when no slash from 0 to 10^18 does both, or a slash cannot deter (p = 0, r = 1 or δ ≤ φ).</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static SlashInterval? FeasibleSlash(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal delta = ConvictionProbability(e);
        decimal p = e.AuditProbability;
        MarginLine line = Line(e, AuditProbabilityForm.Exact, e.CoalitionShare, delta);
        decimal perSlash = p * line.SlopePerSlash;
        decimal profit = e.AsserterReward - e.HonestCost;
        decimal wrongful = p * (1m - CollusionProbability(e.CoalitionShare, e.ValidatorCount)) * e.FalseConvictionProbability;
        decimal shortfall = -line.At(p, 0m);
        if (profit < 0m || perSlash <= 0m || shortfall >= perSlash * SamplingEconomics.GreatestAmount)
        {
            return null;
        }

        decimal lower = Quotient(shortfall, perSlash);
        if (wrongful == 0m)
        {
            return new SlashInterval(lower, null);
        }

        decimal upper = Quotient(profit, wrongful) - e.AsserterReward;

        // lower < upper, with both quotients multiplied out: quotients are rounded, and equality must not pass.
        bool isEmpty = shortfall * wrongful >= (profit - (wrongful * e.AsserterReward)) * perSlash;
        return isEmpty || upper < 0m ? null : new SlashInterval(lower, upper);
    }

    /// <summary>Says whether an honest asserter without a coalition does not lose by taking part, p(1 − rⁿ)φ(R_A + S) ≤ R_A − C.</summary>
    /// <param name="economics">The numbers.</param>
    /// <returns>Whether honest asserters stay.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static bool DoesAsserterParticipate(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        return WrongfulLoss(e) <= e.AsserterReward - e.HonestCost;
    }

    /// <summary>Says whether an honest validator does not lose by taking part, R_V/n − C − φ_V(R_V/n + S) ≥ 0, with φ_V its own chance of a wrongful conviction.</summary>
    /// <param name="economics">The numbers.</param>
    /// <returns>Whether honest validators stay; where they do not, only the threat of a slash makes them answer.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static bool DoesValidatorParticipate(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);

        // Multiplied by n, because R_V / n is rounded.
        return e.ValidatorReward - (e.ValidatorCount * e.HonestCost) - (e.ValidatorFalseConviction * (e.ValidatorReward + (e.ValidatorCount * e.Slash))) >= 0m;
    }

    /// <summary>Says whether a validator that could guess the answer with probability g still prefers computing it, (1 − g)(R_V/n + S) &gt; C.</summary>
    /// <param name="economics">The numbers.</param>
    /// <returns><see langword="null"/> when no guessing probability is given.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static bool? IsGuessingDeterred(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        return e.GuessProbability is decimal guess
            ? (1m - guess) * (e.ValidatorReward + (e.ValidatorCount * e.Slash)) > e.ValidatorCount * e.HonestCost
            : null;
    }

    private static decimal WrongConvictionProbability(SamplingEconomics e) => e.WrongConvictionProbability ?? AdjudicationError(e);

    // A quotient that would leave decimal's range is a bound that nothing reaches.
    private static decimal Quotient(decimal numerator, decimal denominator)
    {
        try
        {
            return numerator / denominator;
        }
        catch (OverflowException)
        {
            return Math.Sign(numerator) * decimal.MaxValue / 4m;
        }
    }
}
