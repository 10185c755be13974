using System.Collections.Immutable;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Tests.Incentives.Advice;

/// <summary>Laws of the advisor over random economics, boxes and safety margins.</summary>
public sealed class AdviceLawTests
{
    [Fact]
    public void The_sampling_model_is_the_exact_twin_of_the_closed_forms() => SamplingLaws.Check(
        SamplingLaws.Any,
        e =>
        {
            foreach (AuditProbabilityForm form in new[] { AuditProbabilityForm.Exact, AuditProbabilityForm.Conservative, AuditProbabilityForm.RoleBlind, AuditProbabilityForm.WithoutRecomputation, AuditProbabilityForm.RecomputingColluder })
            {
                SamplingAdviceModel model = new(e, form, asksForUniqueness: true);
                ImmutableArray<AdviceCondition> conditions = model.Conditions(model.Values);
                Rational difference = conditions[0].Slack(Rational.Zero) - SamplingIncentives.Margin(e, form);
                if (Rational.Abs(difference) > Rational.Parse("1e-15"))
                {
                    return false;
                }

                bool twins = IsTied(conditions[1]) || conditions[1].IsMet(Rational.Zero) == SamplingIncentives.DoesAsserterParticipate(e);
                twins &= IsTied(conditions[2]) || conditions[2].IsMet(Rational.Zero) == SamplingIncentives.DoesValidatorParticipate(e);
                twins &= IsTied(conditions[3]) || conditions[3].IsMet(Rational.Zero) == SamplingIncentives.IsBountySufficient(e);
                twins &= model.ExpectedCost(model.Values) == SamplingIncentives.ExpectedCost(e);
                if (!twins)
                {
                    return false;
                }
            }

            return true;
        },
        400);

    [Fact]
    public void The_quorum_model_is_the_exact_twin_of_the_closed_forms()
    {
        int secure = 0;
        foreach (QuorumEconomics e in AdviceCases.Quorums(600))
        {
            QuorumAssessment assessed = QuorumIncentives.Assess(e);
            QuorumAdviceModel model = new(e, asksForUniqueness: true);
            AdviceCheck check = IncentiveAdvisor.Check(model);
            Assert.Equal(assessed.IsHonestySecure, check.IsSecure);
            Assert.Equal(assessed.DoHonestSeatsParticipate, check.Findings.Single(finding => finding.Condition.Kind == AdviceConditionKind.Participation).IsMet);
            Assert.Equal(assessed.IsHonestyTheOnlyEquilibrium, check.IsSecure && check.Findings[^1].IsMet);
            Assert.Equal(assessed.ExpectedCost, (decimal)(double)check.ExpectedCost, 9);
            Rational least = check.Findings.Where(finding => finding.Condition.Kind == AdviceConditionKind.Deterrence).Min(finding => finding.WorstSlack);
            Assert.Equal((double)(assessed.HonestPayoff - assessed.DishonestPayoff), (double)least, 1e-6);
            secure += check.IsSecure ? 1 : 0;
        }

        Assert.InRange(secure, 60, 540);
    }

    [Fact]
    public void Every_slack_has_the_degree_that_the_model_declares_and_is_monotone_where_it_says_so()
    {
        Random random = new(11);
        foreach (AdviceModel model in AdviceCases.Models(24, random))
        {
            ImmutableArray<Rational> point = [.. model.Parameters.Select(parameter => AdviceCases.Inside(parameter, random))];
            for (int index = 0; index < model.Parameters.Length; index++)
            {
                AdviceParameter parameter = model.Parameters[index];
                int nodes = parameter.Degree + 2;
                Rational[][] values = [.. Enumerable.Range(0, nodes).Select(node => Slacks(model, point.SetItem(index, new Rational(node, nodes - 1))))];
                for (int condition = 0; condition < values[0].Length; condition++)
                {
                    Rational[] column = [.. values.Select(row => row[condition])];
                    if (parameter.IsMonotone)
                    {
                        int[] signs = [.. column.Zip(column.Skip(1), (left, right) => (right - left).Sign).Where(sign => sign != 0).Distinct()];
                        Assert.True(signs.Length <= 1, $"{model.Name}: {parameter.Symbol} in condition {condition}");
                    }

                    for (int order = 1; order < nodes; order++)
                    {
                        column = [.. column.Zip(column.Skip(1), (left, right) => right - left)];
                    }

                    Assert.True(column[0].IsZero, $"{model.Name}: {parameter.Symbol} in condition {condition}");
                }
            }
        }
    }

    [Fact]
    public void An_advised_value_meets_all_conditions_everywhere_in_the_box_and_one_unit_less_does_not()
    {
        Random random = new(5);
        int feasible = 0;
        int moved = 0;
        foreach (AdviceModel model in AdviceCases.Models(40, random))
        {
            AdviceOptions options = AdviceCases.Box(model, random);
            foreach (AdviceParameter parameter in model.Parameters.Where(parameter => parameter.IsChosen && parameter.Degree == 1 && !options.Ranges.ContainsKey(parameter.Symbol)))
            {
                AdvisedValue advice = IncentiveAdvisor.Minimize(model, parameter.Symbol, options);
                int index = model.Parameters.IndexOf(parameter);
                if (advice.Value is not { } value)
                {
                    Assert.NotEmpty(advice.Explanation);
                    Assert.False(Holds(model, options, index, parameter.Value, random, samples: 0) && IsOnGrid(parameter), advice.Explanation);
                    continue;
                }

                feasible++;
                Assert.True(Holds(model, options, index, value, random, samples: 24), advice.Explanation);
                Rational unit = parameter.Kind == AdviceParameterKind.Probability ? new Rational(1, 1_000_000) : Rational.One;
                Assert.True((value / unit).IsInteger);
                Assert.True(advice.Threshold is not { } threshold || value >= threshold);
                if (!value.IsZero)
                {
                    moved++;
                    Assert.NotEqual(WorstCaseProof.None, advice.Proof);
                    Assert.True(advice.Proof == WorstCaseProof.BernsteinBound || !Holds(model, options, index, value - unit, random, samples: 0), advice.Explanation);
                }
            }
        }

        Assert.True(feasible > 25 && moved > 15, $"{feasible}, {moved}");
    }

    [Fact]
    public void A_check_finds_the_worst_of_the_box_and_each_of_its_repairs_repairs()
    {
        Random random = new(23);
        int repaired = 0;
        foreach (AdviceModel model in AdviceCases.Models(80, random))
        {
            AdviceOptions options = AdviceCases.Box(model, random);
            AdviceCheck check = IncentiveAdvisor.Check(model, options);
            foreach (ImmutableArray<Rational> point in AdviceCases.Points(model, options, random, 30))
            {
                Rational[] slacks = [.. model.Conditions(point).Select(condition => condition.Slack(options.SafetyMargin))];
                for (int condition = 0; condition < slacks.Length; condition++)
                {
                    Assert.True(slacks[condition] >= check.Findings[condition].WorstSlack);
                }
            }

            foreach (AdviceFinding finding in check.Findings.Where(finding => finding.IsExact))
            {
                int condition = check.Findings.IndexOf(finding);
                Assert.Equal(finding.WorstSlack, model.Conditions(finding.Corner)[condition].Slack(options.SafetyMargin));
            }

            foreach (AdviceRepair repair in check.Repairs)
            {
                Assert.False(check.IsMet);
                repaired++;
                Assert.True(Holds(model, options, model.Parameters.IndexOf(repair.Parameter), repair.To, random, samples: 12), repair.ToString());
            }

            Assert.Equal(check.IsMet, Holds(model, options, -1, Rational.Zero, random, samples: 0));
        }

        Assert.True(repaired > 60, $"{repaired}");
    }

    [Fact]
    public void A_larger_box_or_margin_never_advises_less()
    {
        Random random = new(31);
        foreach (AdviceModel model in AdviceCases.Models(60, random))
        {
            AdviceOptions options = AdviceCases.Box(model, random) with { SafetyMargin = Rational.Zero };
            Rational? plain = IncentiveAdvisor.Minimize(model, "S").Value;
            AdviceOptions around = new();
            foreach ((string symbol, AdviceRange range) in options.Ranges.Where(range => range.Key != "S"))
            {
                Rational value = model[symbol].Value;
                around = around.With(symbol, Rational.Min(value, range.Least), Rational.Max(value, range.Greatest));
            }

            Rational? boxed = IncentiveAdvisor.Minimize(model, "S", around).Value;
            Rational? safer = IncentiveAdvisor.Minimize(model, "S", around with { SafetyMargin = new Rational(1, 2) }).Value;
            Assert.True(boxed is null || plain is { } p && boxed >= p);
            Assert.True(safer is null || boxed is { } b && safer >= b);
        }
    }

    // Closed forms are rounded in the 28th digit, so at equality they may fall to either side.
    private static bool IsTied(AdviceCondition condition) => Rational.Abs(condition.Slack(Rational.Zero)) < Rational.Parse("1e-15");

    private static bool IsOnGrid(AdviceParameter parameter) => parameter.Kind == AdviceParameterKind.Probability ? (parameter.Value * 1_000_000).IsInteger : parameter.Value.IsInteger;

    private static Rational[] Slacks(AdviceModel model, ImmutableArray<Rational> point) => [.. model.Conditions(point).Select(condition => condition.For - (new Rational(4, 3) * condition.Against))];

    // By the definition: all corners, and points inside.
    private static bool Holds(AdviceModel model, AdviceOptions options, int index, Rational value, Random random, int samples) =>
        AdviceCases.Points(model, options, random, samples)
            .Select(point => index < 0 ? point : point.SetItem(index, value))
            .All(point => model.Conditions(point).All(condition => condition.IsMet(options.SafetyMargin)));
}
