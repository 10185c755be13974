namespace Verifiable.Inference.Incentives;

public static partial class SamplingIncentives
{
    /// <summary>
    /// Finds the largest coalition share at which the conservative margin is still positive, for every smaller share too, by bisection to 10⁻²⁷.
    /// </summary>
    /// <remarks>
    /// The margin in r has the Bernstein coefficients a − γk/n, changed at both ends only, and is not positive at r = 1; so it changes its sign
    /// exactly once when it is positive at r = 0, and bisection cannot miss a root (Descartes' rule in Bernstein form).
    /// </remarks>
    /// <param name="economics">The numbers; their own coalition share plays no part.</param>
    /// <returns>The share, or <see langword="null"/> when cheating pays even without a coalition.</returns>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public static decimal? BreakingCoalitionShare(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal delta = ConvictionProbability(e);
        bool IsSecure(decimal share) => Line(e, AuditProbabilityForm.Conservative, share, delta).At(e.AuditProbability, e.Slash) > 0m;
        if (!IsSecure(0m))
        {
            return null;
        }

        decimal secure = 0m;
        decimal insecure = 1m;
        for (int step = 0; step < 90; step++)
        {
            decimal middle = (secure + insecure) / 2m;
            if (IsSecure(middle))
            {
                secure = middle;
            }
            else
            {
                insecure = middle;
            }
        }

        return secure;
    }

    internal static MarginLine Line(SamplingEconomics e, AuditProbabilityForm form, decimal share, decimal delta) => form switch
    {
        AuditProbabilityForm.Exact => ExactLine(e, share, delta),
        AuditProbabilityForm.WithoutRecomputation => Less(ExactLine(e, share, delta), e.HonestCost * PartCollusionProbability(share, e.ValidatorCount)),
        AuditProbabilityForm.PaperVersion2 => new MarginLine(-e.Saving, (1m - share) * e.AsserterReward, 1m - share),
        AuditProbabilityForm.RecomputingColluder => Less(ExactLine(e, share, delta), e.HonestCost * (1m - Power(1m - share, e.ValidatorCount))),
        AuditProbabilityForm.Conservative => Less(ExactLine(e, share, delta), share * e.ValidatorReward),
        AuditProbabilityForm.RoleBlind => RoleBlindLine(e, share, delta),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Expected one of the named forms; name the condition to judge by."),
    };

    // E_H − E_D of the two payoffs, collected by powers of p and S; p·r·R_V stands in both and cancels.
    private static MarginLine ExactLine(SamplingEconomics e, decimal share, decimal delta)
    {
        int n = e.ValidatorCount;
        decimal allCollude = CollusionProbability(share, n);
        decimal independent = 1m - allCollude;
        decimal slope = e.UnchallengedValue
            - (allCollude * (e.ChallengedValue - e.ValidatorReward))
            + (e.HonestCost * PartCollusionProbability(share, n))
            - (independent * (((1m - delta) * e.UnchallengedValue) + (e.FalseConvictionProbability * e.AsserterReward)))
            - (delta * e.Bounty * (share - allCollude));
        return new MarginLine(e.AsserterReward - e.UnchallengedValue - e.Saving, slope, independent * (delta - e.FalseConvictionProbability));
    }

    // (1 + np) times the difference of the two payoffs per envelope, which is linear in p where the payoffs are not.
    private static MarginLine RoleBlindLine(SamplingEconomics e, decimal share, decimal delta)
    {
        int n = e.ValidatorCount;
        decimal allCollude = CollusionProbability(share, n);
        decimal independent = 1m - allCollude;
        decimal wrongful = (e.FalseConvictionProbability * e.AsserterReward) + (e.ValidatorFalseConviction * e.ValidatorReward);
        decimal kept = (1m - delta) * (e.UnchallengedValue + e.ValidatorReward);
        decimal slope = e.UnchallengedValue + e.ValidatorReward
            - (n * e.Saving)
            - (allCollude * e.ChallengedValue)
            - (independent * (wrongful + kept));
        decimal perSlash = independent * (delta - e.FalseConvictionProbability + (n * (delta - e.ValidatorFalseConviction)));
        return new MarginLine(e.AsserterReward - e.UnchallengedValue - e.Saving, slope, perSlash);
    }

    private static MarginLine Less(MarginLine line, decimal uncredited) =>
        line with { SlopeWithoutSlash = line.SlopeWithoutSlash - uncredited };
}
