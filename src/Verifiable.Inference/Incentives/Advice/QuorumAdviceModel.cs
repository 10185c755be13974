using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>The economics of a quorum with escalation as conditions: the exact twin of <see cref="QuorumIncentives"/>, a law keeps them equal. Immutable.</summary>
/// <remarks>
/// Parameters: C, c, R, S, w, F, a and r′, the dishonest share of the deciding committee. Every slack is affine in each but r′; in that every slack is affine in the committee's error e, which grows with r′, and
/// so monotone. The margin with k seats grows with k among the numbers of seats that are contradicted, and among those that are not: its slope is q[(1 − e)(R + S) + eS/2] ≥ 0. So the
/// least number of seats of each sort stands for all of them.
/// </remarks>
public sealed class QuorumAdviceModel : AdviceModel
{
    private readonly QuorumEconomics _economics;
    private readonly bool _asksForUniqueness;

    /// <summary>Creates the model.</summary>
    /// <param name="economics">The numbers; seats, threshold and the rules are fixed, all else can be asked about.</param>
    /// <param name="asksForUniqueness">Whether honesty must be the only equilibrium.</param>
    /// <exception cref="ArgumentException">The economics are not valid.</exception>
    public QuorumAdviceModel(QuorumEconomics economics, bool asksForUniqueness = false)
        : base("quorum", [.. ParametersOf(Checked(economics))])
    {
        _economics = economics;
        _asksForUniqueness = asksForUniqueness;
    }

    /// <inheritdoc/>
    public override Rational ExpectedCost(ImmutableArray<Rational> values) => _economics.Seats + (values[0] * _economics.EscalationSeats);

    /// <inheritdoc/>
    public override ImmutableArray<AdviceCondition> Conditions(ImmutableArray<Rational> values)
    {
        Rational reward = values[2];
        Rational slash = _economics.Convicts ? values[1] : Rational.Zero;
        Rational honest = values[4];
        Rational saving = honest - values[5];
        Rational fraud = values[6];
        Rational error = ExactTail.Majority(_economics.EscalationSeats, values[7]);
        int seats = _economics.Seats;
        int quiet = _economics.UncontradictedSeats;
        ImmutableArray<AdviceCondition>.Builder conditions = ImmutableArray.CreateBuilder<AdviceCondition>();
        if (quiet > 1)
        {
            conditions.Add(Deterrence("a cheat that is contradicted earns less than honesty", Rational.One, 1));
        }

        conditions.Add(Deterrence($"a cheat with {quiet} of {seats} seats, whom nobody contradicts, earns less than honesty", values[0], quiet));
        if (!_economics.WaitsForAll && seats - 1 > _economics.Threshold)
        {
            conditions.Add(new AdviceCondition(AdviceConditionKind.Deterrence, "coming too late on purpose earns less than honesty", reward, saving));
        }

        conditions.Add(new AdviceCondition(AdviceConditionKind.Participation, "an honest seat earns more than its costs", reward, honest));
        if (_asksForUniqueness)
        {
            Rational won = _economics.WaitsForAll && _economics.Convicts ? (1 - error) * values[3] : Rational.Zero;
            conditions.Add(new AdviceCondition(AdviceConditionKind.Uniqueness, "contradicting a cheat that everybody shares pays", won, saving + (error * (reward + slash))));
        }

        return conditions.ToImmutable();

        AdviceCondition Deterrence(string text, Rational escalated, int held) => new(
            AdviceConditionKind.Deterrence, text, escalated * (1 - error) * ((held * (reward + slash)) + fraud), fraud + saving + (escalated * error * (seats - held) * slash / 2));
    }

    private static QuorumEconomics Checked(QuorumEconomics economics)
    {
        ArgumentNullException.ThrowIfNull(economics);
        economics.ThrowIfInvalid(nameof(economics));
        return economics;
    }

    private static IEnumerable<AdviceParameter> ParametersOf(QuorumEconomics e)
    {
        const AdviceParameterKind Amount = AdviceParameterKind.Amount;
        const AdviceParameterKind Probability = AdviceParameterKind.Probability;
        yield return new("a", "escalation rate", Probability, e.EscalationRate, IsChosen: true);
        yield return new("S", "slash", Amount, e.Slash, IsChosen: true);
        yield return new("R", "reward", Amount, e.Reward, IsChosen: true);
        yield return new("w", "bounty", Amount, e.Bounty, IsChosen: true);
        yield return new("C", "honest cost", Amount, e.HonestCost);
        yield return new("c", "substitute's cost", Amount, e.SubstituteCost);
        yield return new("F", "value of a fraud", Amount, e.FraudValue);
        yield return new("r′", "dishonest share of the deciding committee", Probability, e.VoterShare, e.EscalationSeats);
    }
}
