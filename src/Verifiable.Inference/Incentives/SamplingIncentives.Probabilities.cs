namespace Verifiable.Inference.Incentives;

public static partial class SamplingIncentives
{
    /// <summary>Computes the probability that all validators of an audit belong to one coalition, rⁿ (seats drawn by weight, with replacement; Atoma whitepaper, section 2.7).</summary>
    /// <param name="coalitionShare">The coalition's share r of the selection weight, in [0, 1].</param>
    /// <param name="validatorCount">The number of validators n, from 1 to <see cref="SamplingEconomics.GreatestCount"/>.</param>
    /// <returns>The probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static decimal CollusionProbability(decimal coalitionShare, int validatorCount)
    {
        ThrowIfNotProbability(coalitionShare, nameof(coalitionShare));
        ThrowIfNotCount(validatorCount, nameof(validatorCount));
        return Power(coalitionShare, validatorCount);
    }

    /// <summary>Computes how often an envelope is compared when its provider cannot tell its role, (1 + n)p / (1 + np): as asserter with probability p, as validator always; 2p / (1 + p) for one validator.</summary>
    /// <param name="auditProbability">The audit probability p, in [0, 1].</param>
    /// <param name="validatorCount">The number of validators n.</param>
    /// <returns>The probability; one compared with the coalition's own members only still counts as compared.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static decimal RoleBlindCheckProbability(decimal auditProbability, int validatorCount = 1)
    {
        ThrowIfNotProbability(auditProbability, nameof(auditProbability));
        ThrowIfNotCount(validatorCount, nameof(validatorCount));
        return (1 + validatorCount) * auditProbability / (1m + (validatorCount * auditProbability));
    }

    /// <summary>Computes the audit probability at which a cheat that cannot tell its role is checked as often as one that can at the given one: 2p / (1 + p) = p_aware, hence p_aware / (2 − p_aware) (one validator, equal rewards).</summary>
    /// <param name="roleAwareProbability">The role-aware break-even p_aware, in [0, 1].</param>
    /// <returns>The role-blind break-even, about half of the role-aware one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of range.</exception>
    public static decimal RoleBlindBreakEven(decimal roleAwareProbability)
    {
        ThrowIfNotProbability(roleAwareProbability, nameof(roleAwareProbability));
        return roleAwareProbability / (2m - roleAwareProbability);
    }

    /// <summary>Computes the probability that one cheat by a provider that knows its role is convicted, p(1 − rⁿ)δ with the vote's error in δ.</summary>
    /// <param name="economics">The numbers.</param>
    /// <returns>The probability.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static decimal DetectionProbability(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        return e.AuditProbability * (1m - CollusionProbability(e.CoalitionShare, e.ValidatorCount)) * ConvictionProbability(e);
    }

    /// <summary>Computes the probability that at least one of several independent cheats is convicted, 1 − (1 − D)ᵏ.</summary>
    /// <param name="singleProbability">The probability D that one is convicted, in [0, 1].</param>
    /// <param name="cheats">The number k of cheats, at least 0.</param>
    /// <returns>The probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static decimal DetectionProbabilityAfter(decimal singleProbability, long cheats)
    {
        ThrowIfNotProbability(singleProbability, nameof(singleProbability));
        ArgumentOutOfRangeException.ThrowIfNegative(cheats);
        return 1m - Power(1m - singleProbability, cheats);
    }

    /// <summary>Computes the probability that a vote goes wrong, e = P(Bin(m, r') &gt; m / 2), exactly; 0 unless a vote decides.</summary>
    /// <param name="economics">The numbers.</param>
    /// <returns>The probability that more than half of the seats vote for the cheat.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static decimal AdjudicationError(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        return e.Adjudicator == AdjudicatorKind.MajorityVote ? ExactBinomial.MajorityProbability(e.VoterSeats, e.DishonestVoterShare) : 0m;
    }

    /// <summary>
    /// Computes the probability that a cheat is convicted once an independent validator recomputed it: δ, times P(Bin(m, 1 − r') &gt; m / 2) where a vote
    /// decides, for a tied vote convicts nobody.
    /// </summary>
    /// <param name="economics">The numbers.</param>
    /// <returns>The probability that stands for δ in every formula here.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static decimal ConvictionProbability(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        return e.Adjudicator == AdjudicatorKind.MajorityVote
            ? e.DetectionProbability * ExactBinomial.MajorityProbability(e.VoterSeats, 1m - e.DishonestVoterShare)
            : e.DetectionProbability;
    }

    /// <summary>Computes what one verified inference costs in computations when everybody is honest, 1 + np; voters are called only by a mismatch.</summary>
    /// <param name="economics">The numbers.</param>
    /// <returns>The multiple of one inference, at least 1.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static decimal ExpectedCost(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        return 1m + (e.AuditProbability * e.ValidatorCount);
    }

    /// <summary>Converts a coalition's share of the whole selection weight to its share of what is left when the asserter, one of its members, is excluded: (s − s_A) / (W − s_A).</summary>
    /// <remarks>
    /// A coalition that splits its weight into ever smaller identities loses ever less by the exclusion: where identities cost nothing, the share
    /// before the exclusion, s / W, is the one to assess.
    /// </remarks>
    /// <param name="coalitionWeight">The coalition's weight s, the asserter's included.</param>
    /// <param name="asserterWeight">The asserter's weight s_A, from 0 to the coalition's.</param>
    /// <param name="totalWeight">The weight W of all providers, above the asserter's; 1 when the others are shares.</param>
    /// <returns>The share r, in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static decimal CoalitionShareAfterExclusion(decimal coalitionWeight, decimal asserterWeight, decimal totalWeight = 1m)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(asserterWeight);
        ArgumentOutOfRangeException.ThrowIfLessThan(coalitionWeight, asserterWeight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(coalitionWeight, totalWeight);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(asserterWeight, totalWeight);
        return (coalitionWeight - asserterWeight) / (totalWeight - asserterWeight);
    }

    private static decimal PartCollusionProbability(decimal share, int count) => 1m - Power(share, count) - Power(1m - share, count);

    private static decimal Power(decimal value, long exponent)
    {
        decimal result = 1m;
        for (decimal square = value; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
            {
                result *= square;
            }

            square *= square;
        }

        return result;
    }

    private static void ThrowIfNotProbability(decimal value, string name)
    {
        if (value is < 0m or > 1m)
        {
            throw new ArgumentOutOfRangeException(name, value, "Expected a probability in [0, 1].");
        }
    }

    private static void ThrowIfNotCount(int value, string name)
    {
        if (value is < 1 or > SamplingEconomics.GreatestCount)
        {
            throw new ArgumentOutOfRangeException(name, value, "Expected a number of validators from 1 to 1001.");
        }
    }
}
