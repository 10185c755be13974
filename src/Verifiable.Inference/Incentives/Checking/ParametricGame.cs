using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Holds a game tree whose payoffs are terms over named parameters, with constraints on those and the histories that count as honest: what
/// <see cref="IncentiveChecker"/> examines. Parameters are reals or infinitesimals; an infinitesimal decides only between equal real parts. Read from CheckMate's format, or made
/// from an <see cref="ExtensiveGame"/>. Immutable and thread-safe.
/// </summary>
public sealed partial class ParametricGame
{
    internal ParametricGame(ExtensiveGame tree, ParameterTable parameters, PayoffTerm[][] vectors, int[] vectorOf, ConstraintSet constraints, ImmutableArray<ImmutableArray<string>> honestHistories)
    {
        Tree = tree;
        Parameters = parameters;
        Vectors = vectors;
        VectorOf = vectorOf;
        Constraints = constraints;
        HonestHistories = honestHistories;
    }

    /// <summary>Gets the tree; its payoffs are zero where they depend on parameters.</summary>
    public ExtensiveGame Tree { get; }

    /// <summary>Gets the histories from the root to an end that the game calls honest.</summary>
    public ImmutableArray<ImmutableArray<string>> HonestHistories { get; }

    /// <summary>Gets the names of the parameters as declared.</summary>
    public ImmutableArray<string> ParameterNames => [.. Enumerable.Range(0, Parameters.Count).Where(number => !Parameters.IsProduct(number)).Select(Parameters.NameOf)];

    internal ParameterTable Parameters { get; }

    internal ConstraintSet Constraints { get; }

    /// <summary>Gets each distinct vector of payoffs.</summary>
    internal PayoffTerm[][] Vectors { get; }

    /// <summary>Gets the number of the payoff vector by node, -1 where the game goes on.</summary>
    internal int[] VectorOf { get; }

    /// <summary>Gets a value indicating whether no payoff depends on a parameter.</summary>
    public bool IsNumeric => Vectors.All(vector => vector.All(term => term.Real.IsConstant && term.Infinitesimal.IsZero));

    /// <summary>Assumes one more constraint.</summary>
    /// <param name="constraint">A comparison of terms over the game's parameters, or several joined by | and &amp;.</param>
    /// <param name="property">The property that it is assumed for; all when <see cref="IncentiveProperty.None"/>.</param>
    /// <param name="game">The same game with the constraint; <see langword="null"/> when the text is none.</param>
    /// <returns>Whether the text is a constraint.</returns>
    public bool TryAssume(string constraint, IncentiveProperty property, [NotNullWhen(true)] out ParametricGame? game)
    {
        ArgumentNullException.ThrowIfNull(constraint);
        ParameterTable parameters = Parameters.Copy();
        ConstraintSet constraints = Constraints.Copy();
        game = null;
        if (constraint.Length > 16 * Rational.GreatestTextLength || !new TermReader(parameters, constraints.Pool).TryReadCondition(constraint, out int condition))
        {
            return false;
        }

        constraints.Add(property, constraint, condition);
        game = new ParametricGame(Tree, parameters, Vectors, VectorOf, constraints, HonestHistories);
        return true;
    }

    /// <summary>Takes a game with numbers as payoffs.</summary>
    /// <param name="game">The game.</param>
    /// <param name="honestHistories">Histories that count as honest; may be none.</param>
    /// <returns>The same game, without parameters.</returns>
    public static ParametricGame Of(ExtensiveGame game, params IEnumerable<IReadOnlyList<string>> honestHistories)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(honestHistories);
        PayoffTerm[][] vectors = [.. game.Terminal.Vectors.Select(vector => vector.Select(PayoffTerm.Of).ToArray())];
        return new ParametricGame(game, new ParameterTable(), vectors, game.Terminal.VectorOf, new ConstraintSet(new ConditionPool()), [.. honestHistories.Select(history => history.ToImmutableArray())]);
    }

    /// <summary>Writes the payoffs of an end: as numbers where a point is given or none is needed, otherwise as terms.</summary>
    internal string PayoffTextOf(int end, IncentiveCounterexample? point)
    {
        PayoffTerm[] vector = Vectors[VectorOf[end]];
        if (point is null)
        {
            return string.Join(", ", vector.Select(term => CheckMateWriter.Text(term, Parameters)));
        }

        Rational[] values = Parameters.Complete([.. Enumerable.Range(0, Parameters.Count).Select(number => point.Parameters.FirstOrDefault(parameter => parameter.Name == Parameters.NameOf(number)).Value)]);
        return string.Join(", ", vector.Select(term => (Real: term.Real.At(values), Small: term.Infinitesimal.At(values)))
            .Select(payoff => payoff.Small.IsZero ? payoff.Real.ToString() : $"{payoff.Real} {(payoff.Small.Sign < 0 ? '−' : '+')} {Rational.Abs(payoff.Small)}ε"));
    }
}
