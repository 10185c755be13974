using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>
/// The economics of sampling, and of hidden duplication, as conditions: the exact twin of <see cref="SamplingIncentives"/>, a law keeps them equal. Immutable.
/// </summary>
/// <remarks>
/// Parameters: C, c, S, p, r, w, δ, φ, φ_V where it is given, r′ where a vote decides, U1 and U2 where they are given, and either one reward R (where all rewards are equal and one validator checks) or R_A and R_V.
/// Every slack is affine in each but r, of degree n, and r′, of degree m; in the latter every slack is affine in the vote's error, which grows with r′, and so monotone.
/// </remarks>
public sealed class SamplingAdviceModel : AdviceModel
{
    private readonly SamplingEconomics _economics;
    private readonly AuditProbabilityForm _form;
    private readonly bool _asksForUniqueness;
    private readonly int _voterPay;
    private readonly Dictionary<string, int> _places;

    /// <summary>Creates the model.</summary>
    /// <param name="economics">The numbers; counts and the kind of adjudicator are fixed, all else can be asked about.</param>
    /// <param name="form">The condition that deters: <see cref="AuditProbabilityForm.Conservative"/> unless said otherwise.</param>
    /// <param name="asksForUniqueness">Whether honesty must be the only equilibrium.</param>
    /// <param name="paysVotersFromSlash">Whether voters are paid with the bounty out of a slash of which half is burnt.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The economics are not valid, or the form is not one that deters.</exception>
    public SamplingAdviceModel(
        SamplingEconomics economics, AuditProbabilityForm form = AuditProbabilityForm.Conservative, bool asksForUniqueness = false, bool paysVotersFromSlash = false, string name = "sampling")
        : base(name, [.. ParametersOf(Checked(economics))])
    {
        if (form is not (AuditProbabilityForm.Exact or AuditProbabilityForm.Conservative or AuditProbabilityForm.RoleBlind or AuditProbabilityForm.WithoutRecomputation or AuditProbabilityForm.RecomputingColluder))
        {
            throw new ArgumentException($"Expected a form that deters, got {form}.", nameof(form));
        }

        _economics = economics;
        _form = form;
        _asksForUniqueness = asksForUniqueness;
        _voterPay = paysVotersFromSlash ? economics.VoterSeats : 0;
        _places = Parameters.Select((parameter, index) => (parameter.Symbol, index)).ToDictionary(pair => pair.Symbol, pair => pair.index, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override Rational ExpectedCost(ImmutableArray<Rational> values) => 1 + (values[_places["p"]] * _economics.ValidatorCount);

    /// <inheritdoc/>
    public override ImmutableArray<AdviceCondition> Conditions(ImmutableArray<Rational> values)
    {
        Point at = new(this, values);
        ImmutableArray<AdviceCondition>.Builder conditions = ImmutableArray.CreateBuilder<AdviceCondition>();
        string cheat = _form == AuditProbabilityForm.RoleBlind ? "a cheat that cannot tell its role earns less than honesty" : "a cheat that knows its role earns less than honesty";
        conditions.Add(new AdviceCondition(AdviceConditionKind.Deterrence, cheat, at.Audit * Slope(at), at.Unchallenged - at.AsserterReward + at.Saving));
        conditions.Add(new AdviceCondition(
            AdviceConditionKind.Participation, "an honest asserter earns its costs", at.AsserterReward - at.Honest, at.Audit * at.Independent * at.Wrongful * (at.AsserterReward + at.Slash), IsStrict: false));
        Rational part = at.ValidatorReward / _economics.ValidatorCount;
        conditions.Add(new AdviceCondition(AdviceConditionKind.Participation, "an honest validator earns its costs", part - at.Honest, at.ValidatorWrongful * (part + at.Slash), IsStrict: false));
        if (_asksForUniqueness)
        {
            Rational wrong = _economics.WrongConvictionProbability is { } given ? given : at.VoteError;
            Rational won = _economics.Adjudicator == AdjudicatorKind.Unspecified ? Rational.Zero : at.Detection * (1 - wrong) * at.Bounty;
            conditions.Add(new AdviceCondition(AdviceConditionKind.Uniqueness, "contradicting a cheat that everybody shares pays", won, at.Saving + (wrong * (part + at.Slash))));
        }

        if (_asksForUniqueness || _voterPay > 0 || _economics.Bounty > 0)
        {
            conditions.Add(new AdviceCondition(
                AdviceConditionKind.Rule, "at least half of the slash is burnt", at.Slash - (2 * (at.Bounty + (_voterPay * at.AsserterReward))), Rational.Zero, IsStrict: _voterPay == 0));
        }

        return conditions.ToImmutable();
    }

    // b₀ + b₁S of the margin a + p(b₀ + b₁S), docs/reference/sampling-incentives.md.
    private Rational Slope(in Point at)
    {
        int n = _economics.ValidatorCount;
        Rational all = 1 - at.Independent;
        if (_form == AuditProbabilityForm.RoleBlind)
        {
            Rational wrongful = (at.Wrongful * at.AsserterReward) + (at.ValidatorWrongful * at.ValidatorReward);
            Rational kept = (1 - at.Conviction) * (at.Unchallenged + at.ValidatorReward);
            Rational perSlash = at.Conviction - at.Wrongful + (n * (at.Conviction - at.ValidatorWrongful));
            return at.Unchallenged + at.ValidatorReward - (n * at.Saving) - (all * at.Challenged) + (at.Independent * ((perSlash * at.Slash) - wrongful - kept));
        }

        Rational nobody = Rational.Pow(1 - at.Share, n);
        Rational exact = at.Unchallenged - (all * (at.Challenged - at.ValidatorReward)) + (at.Honest * (at.Independent - nobody))
            - (at.Independent * (((1 - at.Conviction) * at.Unchallenged) + (at.Wrongful * at.AsserterReward)))
            - (at.Conviction * at.Bounty * (at.Share - all)) + (at.Independent * (at.Conviction - at.Wrongful) * at.Slash);
        return _form switch
        {
            AuditProbabilityForm.Conservative => exact - (at.Share * at.ValidatorReward),
            AuditProbabilityForm.WithoutRecomputation => exact - (at.Honest * (at.Independent - nobody)),
            AuditProbabilityForm.RecomputingColluder => exact - (at.Honest * (1 - nobody)),
            _ => exact,
        };
    }

    private static SamplingEconomics Checked(SamplingEconomics economics)
    {
        ArgumentNullException.ThrowIfNull(economics);
        economics.ThrowIfInvalid(nameof(economics));
        return economics;
    }

    private static bool HasOneReward(SamplingEconomics e) => e.ValidatorCount == 1 && e.AsserterReward == e.ValidatorReward;

    private static IEnumerable<AdviceParameter> ParametersOf(SamplingEconomics e)
    {
        const AdviceParameterKind Amount = AdviceParameterKind.Amount;
        const AdviceParameterKind Probability = AdviceParameterKind.Probability;
        yield return new("p", "audit probability", Probability, e.AuditProbability, IsChosen: true);
        yield return new("S", "slash", Amount, e.Slash, IsChosen: true);
        if (HasOneReward(e))
        {
            yield return new("R", "reward", Amount, e.AsserterReward, IsChosen: true);
        }
        else
        {
            yield return new("R_A", "asserter's reward", Amount, e.AsserterReward, IsChosen: true);
            yield return new("R_V", "validators' reward", Amount, e.ValidatorReward, IsChosen: true);
        }

        yield return new("w", "bounty", Amount, e.Bounty, IsChosen: true);
        yield return new("C", "honest cost", Amount, e.HonestCost);
        yield return new("c", "substitute's cost", Amount, e.SubstituteCost);
        yield return new("r", "coalition share", Probability, e.CoalitionShare, e.ValidatorCount, IsMonotone: e.ValidatorCount == 1);
        yield return new("δ", "conviction probability of a cheat", Probability, e.DetectionProbability);
        yield return new("φ", "conviction probability of the honest", Probability, e.FalseConvictionProbability);
        if (e.ValidatorFalseConvictionProbability is { } validator)
        {
            yield return new("φ_V", "conviction probability of an honest validator", Probability, validator);
        }

        if (e.Adjudicator == AdjudicatorKind.MajorityVote)
        {
            yield return new("r′", "dishonest share of voters", Probability, e.DishonestVoterShare, e.VoterSeats);
        }

        if (e.UnchallengedFraudValue is { } unchallenged)
        {
            yield return new("U1", "value of an unaudited fraud", Amount, unchallenged);
        }

        if (e.ChallengedFraudValue is { } challenged)
        {
            yield return new("U2", "value of a fraud among friends", Amount, challenged);
        }
    }

    /// <summary>The values of one point by their names.</summary>
    private readonly struct Point
    {
        public Point(SamplingAdviceModel model, ImmutableArray<Rational> values)
        {
            Rational Of(string symbol) => values[model._places[symbol]];
            Rational? Given(string symbol) => model._places.TryGetValue(symbol, out int index) ? values[index] : null;
            SamplingEconomics e = model._economics;
            Audit = Of("p");
            Slash = Of("S");
            AsserterReward = Given("R") ?? Of("R_A");
            ValidatorReward = Given("R") ?? Of("R_V");
            Bounty = Of("w");
            Honest = Of("C");
            Saving = Honest - Of("c");
            Share = Of("r");
            Detection = Of("δ");
            Wrongful = Of("φ");
            ValidatorWrongful = Given("φ_V") ?? Wrongful;
            Unchallenged = Given("U1") ?? AsserterReward;
            Challenged = Given("U2") ?? (Unchallenged + ValidatorReward);
            Independent = 1 - Rational.Pow(Share, e.ValidatorCount);
            Rational? dishonest = Given("r′");
            Conviction = dishonest is { } share ? Detection * ExactTail.Majority(e.VoterSeats, 1 - share) : Detection;
            VoteError = dishonest is { } voters && model._asksForUniqueness ? ExactTail.Majority(e.VoterSeats, voters) : Rational.Zero;
        }

        public Rational Audit { get; }

        public Rational Slash { get; }

        public Rational AsserterReward { get; }

        public Rational ValidatorReward { get; }

        public Rational Bounty { get; }

        public Rational Honest { get; }

        public Rational Saving { get; }

        public Rational Share { get; }

        public Rational Detection { get; }

        public Rational Wrongful { get; }

        public Rational ValidatorWrongful { get; }

        public Rational Unchallenged { get; }

        public Rational Challenged { get; }

        /// <summary>Gets the probability that some validator is not the coalition's, 1 − rⁿ.</summary>
        public Rational Independent { get; }

        public Rational Conviction { get; }

        public Rational VoteError { get; }
    }
}
