using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Turns the cases that a check told apart into the weakest precondition: each failing case is widened as long as the property fails throughout, covered ones are dropped,
/// and what is left is negated (clauses); the holding cases likewise (alternatives). Both are prime and without a superfluous member.
/// </summary>
internal sealed class PreconditionFinder(ConditionPool pool, CaseSolver solver, int condition, Games.WorkMeter meter)
{
    public IncentivePrecondition? Find(ParametricGame game, IncentiveProperty property, List<ImmutableArray<SignLiteral>> failing, List<ImmutableArray<SignLiteral>> holding)
    {
        List<ImmutableArray<SignLiteral>> wrong = Reduce(failing, valueWanted: false);
        List<ImmutableArray<SignLiteral>> right = Reduce(holding, valueWanted: true);
        if (meter.IsStopped)
        {
            return null;
        }

        ImmutableArray<ImmutableArray<SignLiteral>> clauses = [.. wrong.Select(region => region.Select(literal => literal.Negated).ToImmutableArray())];
        return new IncentivePrecondition(game, property, clauses, [.. right]);
    }

    private List<ImmutableArray<SignLiteral>> Reduce(List<ImmutableArray<SignLiteral>> regions, bool valueWanted)
    {
        List<ImmutableArray<SignLiteral>> kept = [];
        foreach (ImmutableArray<SignLiteral> region in regions)
        {
            // A region inside one that was widened already adds nothing.
            if (!meter.IsStopped && IsPossible(region) && !kept.Exists(wide => IsWithin(region, wide)))
            {
                kept.Add(Widen(region, valueWanted));
            }
        }

        kept.Sort((left, right) => right.Length.CompareTo(left.Length));
        for (int index = 0; index < kept.Count && !meter.IsStopped;)
        {
            if (IsCovered(kept[index], [.. kept.Where((_, other) => other != index)]))
            {
                kept.RemoveAt(index);
            }
            else
            {
                index++;
            }
        }

        return kept;
    }

    private ImmutableArray<SignLiteral> Widen(ImmutableArray<SignLiteral> region, bool valueWanted)
    {
        List<SignLiteral> literals = [.. region];
        for (int index = literals.Count - 1; index >= 0 && !meter.IsStopped; index--)
        {
            SignLiteral literal = literals[index];
            literals.RemoveAt(index);
            if (!IsUniform(literals, valueWanted))
            {
                literals.Insert(index, literal.Weakened);
                if (literal.IsStrict && !IsUniform(literals, valueWanted))
                {
                    literals[index] = literal;
                }
            }
        }

        return [.. literals];
    }

    /// <summary>Says whether the property has one value throughout a region.</summary>
    private bool IsUniform(IReadOnlyList<SignLiteral> region, bool valueWanted) => Within(region, () => !CanBe(!valueWanted)) ?? true;

    private bool IsPossible(ImmutableArray<SignLiteral> region) => Within(region, () => solver.IsFeasible(out _)) ?? false;

    private bool IsWithin(ImmutableArray<SignLiteral> region, ImmutableArray<SignLiteral> wide) => IsCovered(region, [wide]);

    private bool IsCovered(ImmutableArray<SignLiteral> region, ImmutableArray<SignLiteral>[] others) => Within(region, () =>
    {
        CaseSolver.Scope scope = solver.Open();
        bool isCovered = !Array.TrueForAll(others, other => solver.Assume(pool.Or([.. other.Select(literal => Condition(literal.Negated))]))) || !solver.IsFeasible(out _);
        solver.Close(scope);
        return isCovered;
    }) ?? true;

    private int Condition(SignLiteral literal) => pool.Literal(literal.Form, literal.IsStrict);

    /// <summary>Asks something inside a region; null when the region is empty.</summary>
    private bool? Within(IReadOnlyList<SignLiteral> region, Func<bool> ask)
    {
        Stack<CaseSolver.Scope> scopes = new();
        bool isPossible = true;
        foreach (SignLiteral literal in region)
        {
            isPossible = solver.Enter(literal, out CaseSolver.Scope scope);
            scopes.Push(scope);
            if (!isPossible)
            {
                break;
            }
        }

        bool? result = isPossible ? ask() : null;
        while (scopes.TryPop(out CaseSolver.Scope scope))
        {
            solver.Leave(scope);
        }

        return result;
    }

    private bool CanBe(bool value)
    {
        if (meter.IsStopped)
        {
            return true;
        }

        bool? decided = solver.Evaluate(condition, out SignLiteral open);
        if (decided is { } known)
        {
            return known == value && solver.IsFeasible(out _);
        }

        foreach (SignLiteral side in (SignLiteral[])[open, open.Negated])
        {
            bool can = solver.Enter(side, out CaseSolver.Scope scope) && CanBe(value);
            solver.Leave(scope);
            if (can)
            {
                return true;
            }
        }

        return false;
    }
}
