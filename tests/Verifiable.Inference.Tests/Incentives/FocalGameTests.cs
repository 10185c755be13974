using FsCheck.Fluent;
using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>The two-by-two game in which independent lazy providers share one cheap deterministic model, so that two cheats match.</summary>
public sealed class FocalGameTests
{
    [Fact]
    public void Best_responses_of_the_enumerated_game_equal_the_conditions() => SamplingLaws.Check(
        SamplingLaws.Basic.SelectMany(_ => Gen.Choose(0, 2000), (e, w) => (Economics: e, Weight: w)),
        x =>
        {
            SamplingEconomics e = x.Economics with { CoalitionShare = 0m, Bounty = Math.Min(x.Economics.Slash, x.Economics.HonestCost * x.Weight / 1000m), Adjudicator = AdjudicatorKind.Objective };
            bool[,] isEquilibrium = PureEquilibria(e);
            bool isHonestyStrict = AsserterHonest(e, true) > AsserterCheats(e, true) && ValidatorHonest(e, true) > ValidatorCheats(e, true);
            bool isOnly = isHonestyStrict && !isEquilibrium[0, 1] && !isEquilibrium[1, 0] && !isEquilibrium[1, 1];
            SamplingAssessment a = SamplingIncentives.Assess(e);
            return a.IsHonestySecure == AsserterHonest(e, true) > AsserterCheats(e, true)
                && isEquilibrium[1, 1] == (e.Bounty <= e.Saving)
                && SamplingIncentives.IsBountySufficient(e) == !isEquilibrium[1, 1]
                && a.IsHonestyTheOnlyEquilibrium == isOnly;
        });

    // R = 10, C = 6, c = 1, S = 40, p = 1/5: all-cheat is an equilibrium up to and at w = Δ = 5.
    [Theory]
    [InlineData(3, false)]
    [InlineData(5, false)]
    [InlineData(7, true)]
    public void Honesty_is_the_only_equilibrium_only_with_a_bounty_above_the_saving(int bounty, bool expected)
    {
        SamplingAssessment a = SamplingIncentives.Assess(Published with { Bounty = bounty });

        Assert.True(a.IsHonestySecure);
        Assert.Equal(expected, a.IsHonestyTheOnlyEquilibrium);
        Assert.Equal(5m, a.LeastBounty);
        Assert.Equal(expected, a.Shortcomings.IsEmpty);
    }

    [Fact]
    public void Without_a_named_adjudicator_honesty_is_never_called_the_only_equilibrium()
    {
        SamplingAssessment a = SamplingIncentives.Assess(Published with { Bounty = 7m, Adjudicator = AdjudicatorKind.Unspecified });

        Assert.True(a.IsHonestySecure);
        Assert.False(a.IsHonestyTheOnlyEquilibrium);
        Assert.Null(a.LeastBounty);
        Assert.Equal(SamplingShortcomingKind.NotTheOnlyEquilibrium, Assert.Single(a.Shortcomings).Kind);
    }

    // (1 − e)w > Δ + e(R + S): with e = .1 the bounty must exceed (5 + 5) / .9; with e = 1 none suffices.
    [Fact]
    public void Under_a_vote_the_bounty_also_pays_for_wrong_convictions()
    {
        SamplingEconomics vote = Published with { Adjudicator = AdjudicatorKind.MajorityVote, VoterSeats = 1, DishonestVoterShare = 0.1m, AuditProbability = 0.5m };

        Assert.Equal(10m / 0.9m, SamplingIncentives.LeastBounty(vote));
        Assert.False(SamplingIncentives.IsBountySufficient(vote with { Bounty = 11m }));
        Assert.True(SamplingIncentives.IsBountySufficient(vote with { Bounty = 12m }));
        Assert.Null(SamplingIncentives.LeastBounty(vote with { DishonestVoterShare = 1m }));
        Assert.False(SamplingIncentives.IsBountySufficient(vote with { WrongConvictionProbability = 1m, Bounty = 40m }));
        Assert.Contains("no bounty suffices", SamplingIncentives.Assess(vote with { WrongConvictionProbability = 1m }).Shortcomings[^1].Sentence, StringComparison.Ordinal);
    }

    // A validator that is paid nothing and risks no more than the 5 it saves does not compute; the asserter has its 100 to lose.
    [Fact]
    public void Honesty_is_not_the_only_equilibrium_where_validators_risk_less_than_they_save()
    {
        SamplingEconomics unpaid = Published with { AsserterReward = 100m, ValidatorReward = 0m, Slash = 6m, Bounty = 6m };

        Assert.True(SamplingIncentives.Assess(unpaid).IsHonestyTheOnlyEquilibrium);
        SamplingAssessment a = SamplingIncentives.Assess(unpaid with { Slash = 5m, Bounty = 5m });
        Assert.True(a.IsHonestySecure);
        Assert.False(a.IsHonestyTheOnlyEquilibrium);
        Assert.Contains(a.Shortcomings, s => s.Sentence.EndsWith("a bounty above 5 instead of 5, out of a slash of more than twice that.", StringComparison.Ordinal));
    }

    // At equality: Δ / (R + S) = 5/50. Exactly there honesty is not secure, a hair above it is.
    [Fact]
    public void At_the_threshold_itself_honesty_is_not_secure()
    {
        Assert.False(SamplingIncentives.Assess(Published with { AuditProbability = 0.1m }).IsHonestySecure);
        Assert.Equal(0m, SamplingIncentives.Assess(Published with { AuditProbability = 0.1m }).Margin);
        Assert.True(SamplingIncentives.Assess(Published with { AuditProbability = 0.1000000000000000001m }).IsHonestySecure);
        Assert.False(SamplingIncentives.Assess(Published with { AuditProbability = 0.2m, Slash = 15m }).IsHonestySecure);
        Assert.True(SamplingIncentives.Assess(Published with { AuditProbability = 0.2m, Slash = 15.0000001m }).IsHonestySecure);
        Assert.Null(SamplingIncentives.Assess(Published with { AuditProbability = 1m, Slash = 0m, HonestCost = 11m }).LeastAuditProbability);
    }

    private static SamplingEconomics Published { get; } = new()
    {
        HonestCost = 6m,
        SubstituteCost = 1m,
        AsserterReward = 10m,
        ValidatorReward = 10m,
        Slash = 40m,
        AuditProbability = 0.2m,
        Adjudicator = AdjudicatorKind.Objective,
    };

    private static bool[,] PureEquilibria(SamplingEconomics e)
    {
        var result = new bool[2, 2];
        for (int asserter = 0; asserter < 2; asserter++)
        {
            for (int validator = 0; validator < 2; validator++)
            {
                (decimal[] a, decimal[] b) = (
                    [AsserterHonest(e, validator == 0), AsserterCheats(e, validator == 0)],
                    [ValidatorHonest(e, asserter == 0), ValidatorCheats(e, asserter == 0)]);
                result[asserter, validator] = a[asserter] >= a[1 - asserter] && b[validator] >= b[1 - validator];
            }
        }

        return result;
    }

    private static decimal AsserterHonest(SamplingEconomics e, bool isOtherHonest) =>
        e.AsserterReward - e.HonestCost + (isOtherHonest ? 0m : e.AuditProbability * e.Bounty);

    private static decimal AsserterCheats(SamplingEconomics e, bool isOtherHonest) => isOtherHonest
        ? ((1m - e.AuditProbability) * (e.AsserterReward - e.SubstituteCost)) - (e.AuditProbability * (e.Slash + e.SubstituteCost))
        : e.AsserterReward - e.SubstituteCost;

    private static decimal ValidatorHonest(SamplingEconomics e, bool isOtherHonest) =>
        e.ValidatorReward - e.HonestCost + (isOtherHonest ? 0m : e.Bounty);

    private static decimal ValidatorCheats(SamplingEconomics e, bool isOtherHonest) =>
        (isOtherHonest ? -e.Slash : e.ValidatorReward) - e.SubstituteCost;
}
