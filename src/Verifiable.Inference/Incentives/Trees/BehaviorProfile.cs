using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Holds, for every information set of a game, the probability of each action: what players do when each decides at each set anew. Immutable.</summary>
public sealed class BehaviorProfile
{
    private readonly ImmutableArray<ImmutableArray<Rational>> _sets;

    /// <summary>Initializes a profile.</summary>
    /// <param name="sets">For each information set, in the order of <see cref="ExtensiveGame.InformationSets"/>, the probability of each action.</param>
    /// <exception cref="ArgumentException">A set's probabilities are negative or do not sum to 1.</exception>
    public BehaviorProfile(params ImmutableArray<ImmutableArray<Rational>> sets)
    {
        if (sets.IsDefault || sets.Any(set => set.IsDefaultOrEmpty || set.Any(probability => probability.Sign < 0) || set.Aggregate(Rational.Zero, (sum, probability) => sum + probability) != Rational.One))
        {
            throw new ArgumentException("Expected probabilities that are not negative and sum to 1 for every information set.", nameof(sets));
        }

        _sets = sets;
    }

    /// <summary>Gets the number of information sets.</summary>
    public int SetCount => _sets.Length;

    /// <summary>Gets the probabilities of the actions at a set.</summary>
    /// <param name="set">The set's place.</param>
    public ImmutableArray<Rational> this[int set] => _sets[set];

    /// <summary>Takes one action at each set with certainty.</summary>
    /// <param name="game">The game.</param>
    /// <param name="actions">The place of the action by information set.</param>
    /// <returns>The profile.</returns>
    public static BehaviorProfile Pure(ExtensiveGame game, IReadOnlyList<int> actions)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(actions);
        return new BehaviorProfile([.. game.InformationSets.Select(set => Enumerable.Range(0, set.Actions.Length).Select(action => (Rational)(action == actions[set.Index] ? 1 : 0)).ToImmutableArray())]);
    }

    /// <summary>Takes all actions of each set with equal probability.</summary>
    /// <param name="game">The game.</param>
    /// <returns>The profile.</returns>
    public static BehaviorProfile Uniform(ExtensiveGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        return new BehaviorProfile([.. game.InformationSets.Select(set => Enumerable.Repeat(new Rational(1, set.Actions.Length), set.Actions.Length).ToImmutableArray())]);
    }

    internal void ThrowIfNotOf(ExtensiveGame game)
    {
        if (SetCount != game.InformationSets.Length || game.InformationSets.Any(set => _sets[set.Index].Length != set.Actions.Length))
        {
            throw new ArgumentException("Expected a profile of this game, got one of other information sets.");
        }
    }
}
