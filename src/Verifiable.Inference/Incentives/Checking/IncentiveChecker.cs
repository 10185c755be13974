using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Proves or refutes that honest play is safe, for all parameters that satisfy the constraints: there is a plan that contains the honest one and has the property. Exact; no
/// answer rests on rounding. Pure and thread-safe.
/// </summary>
/// <remarks>
/// <para>Sources: the properties are those of Rain, Avarikioti, Kovács and Maffei, <i>Towards a Game-Theoretic Security Analysis of Off-Chain Protocols</i> (CSF 2023,
/// arXiv 2109.07429), as CheckMate decides them (Brugger et al., CCS 2023). Chance, information sets, the choice of coalitions and the decision by an exact simplex with
/// case splitting are this library's: <c>docs/decisions/0024-incentive-properties.md</c>.</para>
/// <para>Assumption: players care for expected payoffs only, and a coalition can share what it gains.</para>
/// </remarks>
public static class IncentiveChecker
{
    /// <summary>Checks one property of the plan that an honest history contains.</summary>
    /// <param name="game">The game.</param>
    /// <param name="plan">What honest players do.</param>
    /// <param name="property">The property.</param>
    /// <param name="options">How far to go; <see cref="IncentiveCheckOptions.Ordinary"/> when not given.</param>
    /// <returns>The finding.</returns>
    /// <exception cref="ArgumentException">The plan is of another game, the property is not a named one, the game has more than 16 players (resilience), or the options name no coalition of it.</exception>
    public static IncentiveFinding Check(ParametricGame game, HonestPlan plan, IncentiveProperty property, IncentiveCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(plan);
        options ??= IncentiveCheckOptions.Ordinary;
        if (plan.Actions.Length != game.Tree.InformationSets.Length)
        {
            throw new ArgumentException("Expected a plan of this game, got one of another.", nameof(plan));
        }

        if (property is <= IncentiveProperty.None or > IncentiveProperty.Practicality)
        {
            throw new ArgumentOutOfRangeException(nameof(property), property, "Expected a named property.");
        }

        int players = game.Tree.Players.Length;
        if (options.GreatestCoalition < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.GreatestCoalition, "Expected a greatest coalition of at least one player, or null for all but everybody.");
        }

        if (options.User < 0 || options.User >= players)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.User, $"Expected the place of a player from 0 to {players - 1} as the user, or null for nobody.");
        }

        if (property == IncentiveProperty.CollusionResilience && players > CoalitionFamily.GreatestPlayers)
        {
            throw new ArgumentException($"Expected at most {CoalitionFamily.GreatestPlayers} players, got {players}.", nameof(game));
        }

        return property == IncentiveProperty.Practicality && NumericPracticality.Applies(game)
            ? NumericPracticality.Check(game, plan)
            : new PropertyCheck(game, plan, property, options).Run();
    }

    /// <summary>Checks one property of an honest history of a game without chance.</summary>
    /// <param name="game">The game.</param>
    /// <param name="history">The history, from the root to an end.</param>
    /// <param name="property">The property.</param>
    /// <param name="options">How far to go.</param>
    /// <returns>The finding.</returns>
    /// <exception cref="ArgumentException">The history is none of the game, or as for the other overload.</exception>
    public static IncentiveFinding Check(ParametricGame game, ImmutableArray<string> history, IncentiveProperty property, IncentiveCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        return HonestPlan.TryFollow(game.Tree, [.. history], out HonestPlan? plan, out GameRefusal refusal)
            ? Check(game, plan, property, options)
            : throw new ArgumentException(refusal.Explanation, nameof(history));
    }
}
