using System.Collections.Immutable;
using System.Text;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Holds the weakest condition on the parameters, beside the constraints, under which a property holds: necessary and sufficient. It is kept as clauses that must all hold and
/// as alternatives of which one must; both are minimal. Made by <see cref="IncentiveChecker"/> only; immutable and thread-safe.
/// </summary>
public sealed class IncentivePrecondition
{
    private readonly ParametricGame _game;
    private readonly IncentiveProperty _property;
    private readonly ImmutableArray<ImmutableArray<SignLiteral>> _clauses;
    private readonly ImmutableArray<ImmutableArray<SignLiteral>> _alternatives;

    internal IncentivePrecondition(ParametricGame game, IncentiveProperty property, ImmutableArray<ImmutableArray<SignLiteral>> clauses, ImmutableArray<ImmutableArray<SignLiteral>> alternatives)
    {
        _game = game;
        _property = property;
        _clauses = clauses;
        _alternatives = alternatives;
    }

    /// <summary>Gets the comparisons of each clause; one of them must hold in every clause. A clause without comparisons cannot hold.</summary>
    public ImmutableArray<ImmutableArray<string>> Clauses => [.. _clauses.Select(Texts)];

    /// <summary>Gets the comparisons of each alternative; all of them must hold in one alternative. Without alternatives nothing suffices.</summary>
    public ImmutableArray<ImmutableArray<string>> Alternatives => [.. _alternatives.Select(Texts)];

    /// <summary>Gets a value indicating whether no parameters that the constraints allow suffice.</summary>
    public bool IsNever => _alternatives.IsEmpty;

    /// <summary>Says whether the condition holds at given parameters. The constraints are not looked at.</summary>
    /// <param name="parameters">The value of a parameter by its name.</param>
    /// <returns>Whether it holds.</returns>
    public bool HoldsAt(Func<string, Rational> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Rational[] declared = [.. Enumerable.Range(0, _game.Parameters.Count).Select(number => _game.Parameters.IsProduct(number) ? Rational.Zero : parameters(_game.Parameters.NameOf(number)))];
        Rational[] values = _game.Parameters.Complete(declared);
        return _clauses.All(clause => clause.Any(literal => literal.HoldsAt(values)));
    }

    /// <summary>Compares with a condition written as the constraints of CheckMate's files are, &amp; and | between comparisons, or <c>false</c>.</summary>
    /// <param name="text">The condition.</param>
    /// <param name="limit">The limit of work.</param>
    /// <returns>How the two compare where the constraints of the property hold.</returns>
    public PreconditionMatch Compare(string text, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ConditionPool pool = new();
        ParameterTable parameters = _game.Parameters.Copy();
        int other = ConditionPool.False;
        if (text.Trim() != "false" && !new TermReader(parameters, pool).TryReadCondition(text, out other))
        {
            return PreconditionMatch.Unknown;
        }

        int own = pool.And([.. _clauses.Select(clause => pool.Or([.. clause.Select(literal => pool.Literal(literal.Form, literal.IsStrict))]))]);
        int[] assumptions = [.. _game.Constraints.For(_property).Select(condition => pool.Import(_game.Constraints.Pool, condition))];
        WorkMeter meter = new(limit);
        bool IsEmpty(int first, int second)
        {
            CaseSolver solver = new(pool, parameters.Count, meter);
            return !Array.TrueForAll([.. assumptions, first, second], solver.Assume) || !solver.IsFeasible(out _);
        }

        bool isSame = IsEmpty(own, pool.Negate(other)) && IsEmpty(pool.Negate(own), other);
        bool isSameInside = isSame || (IsEmpty(pool.Inside(own), pool.Inside(pool.Negate(other))) && IsEmpty(pool.Inside(pool.Negate(own)), pool.Inside(other)));
        return meter.IsStopped ? PreconditionMatch.Unknown : isSame ? PreconditionMatch.Same : isSameInside ? PreconditionMatch.SameExceptAtTies : PreconditionMatch.Different;
    }

    /// <summary>Writes the shorter of the two forms.</summary>
    /// <returns>The condition; <c>false</c> when nothing suffices.</returns>
    public override string ToString()
    {
        if (IsNever)
        {
            return "false";
        }

        int inClauses = _clauses.Sum(clause => clause.Length);
        int inAlternatives = _alternatives.Sum(alternative => alternative.Length);
        return inAlternatives < inClauses ? Join(_alternatives, " | ", " & ") : Join(_clauses, " & ", " | ");
    }

    private string Join(ImmutableArray<ImmutableArray<SignLiteral>> groups, string outer, string inner) => string.Join(outer, groups
        .Select(group => group.Length > 1 && groups.Length > 1 ? $"({string.Join(inner, Texts(group))})" : string.Join(inner, Texts(group)))
        .Order(StringComparer.Ordinal));

    private ImmutableArray<string> Texts(ImmutableArray<SignLiteral> literals) => [.. literals.Select(Text).Order(StringComparer.Ordinal)];

    // Positive terms go to one side and negative ones to the other, so that no minus is written; the form is scaled to whole numbers.
    private string Text(SignLiteral literal)
    {
        Rational scale = literal.Form.Terms.Aggregate((Rational)literal.Form.Constant.Denominator, (product, term) => LeastMultiple(product, term.Coefficient.Denominator));
        LinearForm form = scale * literal.Form;
        string more = Side(form, 1);
        string less = Side(form, -1);
        bool isTurned = form.Terms.Length > 0 && form.Terms[0].Coefficient.Sign < 0;
        return isTurned ? $"{less} {(literal.IsStrict ? "<" : "<=")} {more}" : $"{more} {(literal.IsStrict ? ">" : ">=")} {less}";
    }

    private static Rational LeastMultiple(Rational left, System.Numerics.BigInteger right) =>
        left * (right / System.Numerics.BigInteger.GreatestCommonDivisor(left.Numerator, right));

    private string Side(LinearForm form, int sign)
    {
        StringBuilder text = new();
        foreach (LinearTerm term in form.Terms.Where(term => term.Coefficient.Sign == sign))
        {
            Rational size = sign * term.Coefficient;
            _ = text.Append(text.Length > 0 ? " + " : string.Empty).Append(size == Rational.One ? string.Empty : $"{size} * ").Append(_game.Parameters.NameOf(term.Parameter));
        }

        if (form.Constant.Sign == sign)
        {
            _ = text.Append(text.Length > 0 ? " + " : string.Empty).Append(sign * form.Constant);
        }

        return text.Length == 0 ? "0" : text.ToString();
    }
}
