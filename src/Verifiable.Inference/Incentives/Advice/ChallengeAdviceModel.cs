using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>The economics of an optimistic challenge with checks by the system at random as conditions, from <see cref="ChallengeGame"/>. Immutable.</summary>
/// <remarks>
/// Parameters: p_sys, S, R, B, D_c, C, c, u (the probability that a watcher challenges a cheat), δ, φ, a and k. Every slack is affine in each. A challenged cheat may defend itself or concede: it is deterred when
/// neither pays, which is one condition each, and the lesser slack is <see cref="ChallengeGame.Margin"/>. Rely on no watcher by u = 0: of watchers who are paid by finds only, more make more fraud.
/// </remarks>
public sealed class ChallengeAdviceModel : AdviceModel
{
    private readonly bool _hasWatchers;

    /// <summary>Creates the model.</summary>
    /// <param name="game">The numbers.</param>
    /// <param name="watcherProbability">The probability u that a watcher challenges a cheat, in [0, 1].</param>
    /// <exception cref="ArgumentException">The numbers are not valid.</exception>
    public ChallengeAdviceModel(ChallengeGame game, Rational watcherProbability)
        : base("optimistic challenge", [.. ParametersOf(Checked(game, watcherProbability), watcherProbability)]) => _hasWatchers = watcherProbability.Sign > 0;

    /// <inheritdoc/>
    public override Rational ExpectedCost(ImmutableArray<Rational> values) => 1 + values[0];

    /// <inheritdoc/>
    public override ImmutableArray<AdviceCondition> Conditions(ImmutableArray<Rational> values)
    {
        (Rational system, Rational slash, Rational reward, Rational bounty, Rational bond) = (values[0], values[1], values[2], values[3], values[4]);
        (Rational honest, Rational saving, Rational watcher, Rational detection, Rational wrongful) = (values[5], values[5] - values[6], values[7], values[8], values[9]);
        Rational stake = reward + slash;
        Rational against = saving + (system * wrongful * stake);
        Rational challenged = (1 - system) * watcher;
        ImmutableArray<AdviceCondition>.Builder conditions = ImmutableArray.CreateBuilder<AdviceCondition>();
        conditions.Add(new AdviceCondition(
            AdviceConditionKind.Deterrence,
            "a cheat that defends itself earns less than honesty",
            ((system + challenged) * detection * stake) + (challenged * values[10]),
            against + (challenged * (1 - detection) * bond)));
        conditions.Add(new AdviceCondition(AdviceConditionKind.Deterrence, "a cheat that concedes earns less than honesty", ((system * detection) + challenged) * stake, against));
        conditions.Add(new AdviceCondition(AdviceConditionKind.Participation, "an honest provider earns its costs", reward - honest, system * wrongful * stake, IsStrict: false));
        conditions.Add(new AdviceCondition(AdviceConditionKind.Participation, "an honest provider defends rather than concedes", (1 - wrongful) * (stake + bond), values[10], IsStrict: false));
        if (_hasWatchers)
        {
            conditions.Add(new AdviceCondition(
                AdviceConditionKind.Participation, "a watcher that sees a cheat challenges it", detection * bounty, values[11] + ((1 - detection) * bond), IsStrict: false));
            conditions.Add(new AdviceCondition(AdviceConditionKind.Rule, "at least half of the slash is burnt", slash - (2 * bounty), Rational.Zero, IsStrict: false));
        }

        return conditions.ToImmutable();
    }

    private static ChallengeGame Checked(ChallengeGame game, Rational watcherProbability)
    {
        ArgumentNullException.ThrowIfNull(game);
        string faults = string.Join(' ', game.Validate().Concat(watcherProbability.Sign < 0 || watcherProbability > Rational.One ? [$"The watcher's probability must be in [0, 1], got {watcherProbability}."] : []));
        return faults.Length == 0 ? game : throw new ArgumentException(faults, nameof(game));
    }

    private static IEnumerable<AdviceParameter> ParametersOf(ChallengeGame game, Rational watcherProbability)
    {
        const AdviceParameterKind Amount = AdviceParameterKind.Amount;
        const AdviceParameterKind Probability = AdviceParameterKind.Probability;
        yield return new("p_sys", "probability of a check by the system", Probability, game.SystemCheckProbability, IsChosen: true);
        yield return new("S", "slash", Amount, game.Slash, IsChosen: true);
        yield return new("R", "reward", Amount, game.Reward, IsChosen: true);
        yield return new("B", "challenger's reward", Amount, game.Bounty, IsChosen: true);
        yield return new("D_c", "challenger's bond", Amount, game.Bond, IsChosen: true);
        yield return new("C", "honest cost", Amount, game.HonestCost);
        yield return new("c", "substitute's cost", Amount, game.SubstituteCost);
        yield return new("u", "probability of a watcher's challenge", Probability, watcherProbability);
        yield return new("δ", "conviction probability of a cheat", Probability, game.DetectionProbability);
        yield return new("φ", "conviction probability of the honest", Probability, game.FalseConvictionProbability);
        yield return new("a", "cost of a defence", Amount, game.DefenceCost);
        yield return new("k", "cost of a watcher's look", Amount, game.WatchCost);
    }
}
