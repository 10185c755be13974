using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>
/// The sampling game written down case by case: every pattern of which of the n validators belong to the coalition, whether the claim is
/// audited, whether the conviction succeeds, who pays and who is paid. Shares no code with the closed forms.
/// </summary>
internal static class PlainSamplingGame
{
    internal static decimal Honest(SamplingEconomics e) => Expect(e, colluders =>
    {
        decimal wrongful = colluders == e.ValidatorCount ? 0m : e.FalseConvictionProbability;
        decimal validators = colluders * e.ValidatorReward / e.ValidatorCount;
        decimal acquitted = e.AsserterReward - e.HonestCost + validators;
        decimal convicted = -e.Slash - e.HonestCost + validators;
        return (wrongful * convicted) + ((1m - wrongful) * acquitted);
    }, e.AsserterReward - e.HonestCost);

    internal static decimal Dishonest(SamplingEconomics e)
    {
        decimal convictable = Conviction(e);
        decimal unchallenged = e.UnchallengedFraudValue ?? e.AsserterReward;
        decimal challenged = e.ChallengedFraudValue ?? (unchallenged + e.ValidatorReward);
        return Expect(e, colluders =>
        {
            if (colluders == e.ValidatorCount)
            {
                return challenged - e.SubstituteCost;
            }

            decimal recomputation = colluders > 0 ? e.HonestCost : 0m;
            decimal validators = (colluders * e.ValidatorReward / e.ValidatorCount) - recomputation;
            decimal bounty = colluders * e.Bounty / e.ValidatorCount;
            decimal convicted = -e.Slash + bounty;
            return validators - e.SubstituteCost + (convictable * convicted) + ((1m - convictable) * unchallenged);
        }, unchallenged - e.SubstituteCost);
    }

    /// <summary>Counts the votes for every pattern of honest and dishonest seats; more than half must convict.</summary>
    internal static decimal Conviction(SamplingEconomics e)
    {
        if (e.Adjudicator != AdjudicatorKind.MajorityVote)
        {
            return e.DetectionProbability;
        }

        decimal right = 0m;
        for (int pattern = 0; pattern < 1 << e.VoterSeats; pattern++)
        {
            int honest = 0;
            decimal weight = 1m;
            for (int seat = 0; seat < e.VoterSeats; seat++)
            {
                bool isHonest = ((pattern >> seat) & 1) == 1;
                honest += isHonest ? 1 : 0;
                weight *= isHonest ? 1m - e.DishonestVoterShare : e.DishonestVoterShare;
            }

            right += 2 * honest > e.VoterSeats ? weight : 0m;
        }

        return e.DetectionProbability * right;
    }

    private static decimal Expect(SamplingEconomics e, Func<int, decimal> audited, decimal unaudited)
    {
        decimal sum = 0m;
        for (int pattern = 0; pattern < 1 << e.ValidatorCount; pattern++)
        {
            int colluders = 0;
            decimal weight = 1m;
            for (int validator = 0; validator < e.ValidatorCount; validator++)
            {
                bool colludes = ((pattern >> validator) & 1) == 1;
                colluders += colludes ? 1 : 0;
                weight *= colludes ? e.CoalitionShare : 1m - e.CoalitionShare;
            }

            sum += weight * audited(colluders);
        }

        return (e.AuditProbability * sum) + ((1m - e.AuditProbability) * unaudited);
    }
}
