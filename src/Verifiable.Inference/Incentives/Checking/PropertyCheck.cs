using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Runs one check: the constraints become assumptions, the property a condition, and the cases in which it fails are looked for. Used once.</summary>
internal sealed class PropertyCheck(ParametricGame game, HonestPlan plan, IncentiveProperty property, IncentiveCheckOptions options)
{
    private readonly ConditionPool _pool = new();
    private readonly WorkMeter _meter = new(options.Limit);
    private readonly List<ImmutableArray<SignLiteral>> _failing = [];
    private readonly List<ImmutableArray<SignLiteral>> _holding = [];
    private int[] _assumptions = [];
    private CaseSolver _solver = null!;
    private Rational[]? _witness;
    private int _cases;
    private bool _isUnsure;

    public IncentiveFinding Run()
    {
        _assumptions = [.. game.Constraints.For(property).Select(condition => _pool.Import(game.Constraints.Pool, condition))];
        _solver = new CaseSolver(_pool, game.Parameters.Count, _meter);
        bool isPossible = Array.TrueForAll(_assumptions, _solver.Assume) && _solver.IsFeasible(out _);
        if (!isPossible)
        {
            return new IncentiveFinding(property, _meter.IsStopped ? IncentiveVerdict.Undetermined : IncentiveVerdict.Holds, _meter.Outcome) { IsVacuous = !_meter.IsStopped };
        }

        ProductSigns.Assume(game.Parameters, _solver, _pool);
        _pool.Known = _solver.StatusOf;
        int condition = Condition();
        _pool.Known = null;
        if (_meter.IsStopped)
        {
            return new IncentiveFinding(property, IncentiveVerdict.Undetermined, _meter.Outcome);
        }

        Explore(condition);
        IncentiveVerdict verdict = _witness is not null ? IncentiveVerdict.Fails : _meter.IsStopped || _isUnsure ? IncentiveVerdict.Undetermined : IncentiveVerdict.Holds;
        return new IncentiveFinding(property, verdict, _meter.Outcome)
        {
            Cases = _cases,
            Counterexample = _witness is null ? null : CounterexampleFinder.Find(game, plan, property, options, _witness),
            Precondition = _witness is not null && options.FindPrecondition && !_meter.IsStopped && !_isUnsure
                ? new PreconditionFinder(_pool, _solver, condition, _meter).Find(game, property, _failing, _holding)
                : null,
        };
    }

    private int Condition()
    {
        bool isTree = !game.Tree.HasChance && game.Tree.HasPerfectInformation;
        TreeConditions tree = new(game, plan, _pool, _meter);
        PlanConditions plans = new(game, plan, _pool, _meter);
        ulong[] coalitions = property == IncentiveProperty.CollusionResilience ? CoalitionFamily.Of(game.Tree.Players.Length, options) : [];
        return property switch
        {
            IncentiveProperty.WeakImmunity or IncentiveProperty.WeakerImmunity when isTree => tree.WeakImmunity(property == IncentiveProperty.WeakerImmunity),
            IncentiveProperty.WeakImmunity or IncentiveProperty.WeakerImmunity => plans.WeakImmunity(property == IncentiveProperty.WeakerImmunity),
            IncentiveProperty.CollusionResilience => isTree ? tree.CollusionResilience(coalitions) : plans.CollusionResilience(coalitions),
            _ => game.Tree.HasPerfectInformation ? tree.Practicality() : plans.Practicality(),
        };
    }

    /// <summary>Goes through the cases; stops at the first that fails unless the precondition is wanted.</summary>
    private void Explore(int condition)
    {
        if (_meter.IsStopped || (_witness is not null && !options.FindPrecondition))
        {
            return;
        }

        bool? value = _solver.Evaluate(condition, out SignLiteral open);
        if (value is { } decided)
        {
            _cases++;
            if (decided)
            {
                _holding.Add([.. _solver.Case]);
            }
            else if (_solver.IsFeasible(out Rational[]? point))
            {
                Fail(condition, point!);
            }

            return;
        }

        foreach (SignLiteral side in (SignLiteral[])[open.Negated, open])
        {
            if (_solver.Enter(side, out CaseSolver.Scope scope))
            {
                Explore(condition);
            }

            _solver.Leave(scope);
        }
    }

    private void Fail(int condition, Rational[] point)
    {
        _failing.Add([.. _solver.Case]);
        if (_witness is null)
        {
            _witness = ProductSigns.Repair(game.Parameters, point, values => Array.TrueForAll(_assumptions, assumption => _pool.HoldsAt(assumption, values)) && !_pool.HoldsAt(condition, values));
            _isUnsure |= _witness is null;
        }
    }
}
