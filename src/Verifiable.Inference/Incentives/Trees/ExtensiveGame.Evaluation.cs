using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <content>What profiles are worth, and what could be had instead.</content>
public sealed partial class ExtensiveGame
{
    /// <summary>Computes every player's expected payoff.</summary>
    /// <param name="profile">What the players do.</param>
    /// <returns>The payoffs.</returns>
    /// <exception cref="ArgumentException">The profile is of another game.</exception>
    public ImmutableArray<Rational> ExpectedPayoffs(BehaviorProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        profile.ThrowIfNotOf(this);
        var sums = new Rational[Players.Length];
        Rational[] reach = Reach(profile, player: -1);
        for (int node = 0; node < NodeCount; node++)
        {
            if (_kinds[node] == GameNodeKind.Terminal && !reach[node].IsZero)
            {
                for (int player = 0; player < sums.Length; player++)
                {
                    sums[player] += reach[node] * Terminal.Vectors[Terminal.VectorOf[node]][player];
                }
            }
        }

        return [.. sums];
    }

    /// <summary>
    /// Computes the most that a player can get against the others' part of a profile, and an action at each of its sets that gives it: by dynamic programming over the sets
    /// from the last to the first, which perfect recall makes possible (the others' reach probabilities weigh the nodes of a set).
    /// </summary>
    /// <param name="player">The player's place.</param>
    /// <param name="profile">What the others do; the player's own part is not looked at.</param>
    /// <returns>The payoff, and for every information set the place of the action; -1 at sets of others.</returns>
    /// <exception cref="ArgumentException">The profile is of another game.</exception>
    /// <exception cref="InvalidOperationException">The game is not one of perfect recall.</exception>
    public (Rational Payoff, ImmutableArray<int> Actions) BestResponse(int player, BehaviorProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        profile.ThrowIfNotOf(this);
        if (!HasPerfectRecall)
        {
            throw new InvalidOperationException("Expected a game of perfect recall.");
        }

        // Values already carry the reach probability of chance and the others, so that a set's actions compare by plain sums.
        Rational[] reach = Reach(profile, player);
        var values = new Rational?[NodeCount];
        int[] actions = new int[InformationSets.Length];
        Array.Fill(actions, -1);

        // How many children of a node, and how many nodes of a set, are known to be done: nobody looks at them again.
        int[] knownChildren = new int[NodeCount];
        int[] knownNodes = new int[InformationSets.Length];

        Rational Value(int root)
        {
            Stack<int> path = new([root]);
            while (path.TryPeek(out int node))
            {
                if (values[node] is not null)
                {
                    _ = path.Pop();
                    continue;
                }

                int missing = Missing(node);
                if (missing >= 0)
                {
                    path.Push(missing);
                    continue;
                }

                values[node] = Now(node);
            }

            return values[root]!.Value;
        }

        // A node of the player waits for the whole set: all children of all its nodes.
        int Missing(int node)
        {
            if (_kinds[node] != GameNodeKind.Decision || InformationSets[_sets[node]].Player != player || actions[_sets[node]] >= 0)
            {
                return MissingChild(node);
            }

            int set = _sets[node];
            for (; knownNodes[set] < InformationSets[set].Nodes.Length; knownNodes[set]++)
            {
                int missing = MissingChild(InformationSets[set].Nodes[knownNodes[set]]);
                if (missing >= 0)
                {
                    return missing;
                }
            }

            return -1;
        }

        int MissingChild(int node)
        {
            ReadOnlySpan<int> children = ChildrenOf(node);
            for (; knownChildren[node] < children.Length; knownChildren[node]++)
            {
                if (values[children[knownChildren[node]]] is null)
                {
                    return children[knownChildren[node]];
                }
            }

            return -1;
        }

        Rational Now(int node)
        {
            if (_kinds[node] == GameNodeKind.Terminal)
            {
                return reach[node].IsZero ? Rational.Zero : reach[node] * Terminal.Vectors[Terminal.VectorOf[node]][player];
            }

            ReadOnlySpan<int> children = ChildrenOf(node);
            if (_kinds[node] == GameNodeKind.Chance || InformationSets[_sets[node]].Player != player)
            {
                Rational sum = Rational.Zero;
                foreach (int child in children)
                {
                    sum += values[child]!.Value;
                }

                return sum;
            }

            if (actions[_sets[node]] < 0)
            {
                InformationSet set = InformationSets[_sets[node]];
                Rational best = Rational.Zero;
                for (int action = 0; action < set.Actions.Length; action++)
                {
                    Rational sum = Rational.Zero;
                    foreach (int place in set.Nodes)
                    {
                        sum += values[ChildrenOf(place)[action]]!.Value;
                    }

                    if (action == 0 || sum > best)
                    {
                        best = sum;
                        actions[set.Index] = action;
                    }
                }
            }

            return values[children[actions[_sets[node]]]]!.Value;
        }

        Rational payoff = Value(0);
        foreach (InformationSet set in InformationSets.Where(set => set.Player == player && actions[set.Index] < 0))
        {
            _ = Value(set.Nodes[0]);
        }

        return (payoff, [.. actions]);
    }

    /// <summary>Computes the greatest gain that one player has from leaving a profile alone: it is an ε-equilibrium exactly for ε at least this.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>The regret, exactly; 0 for an equilibrium, never negative.</returns>
    /// <exception cref="ArgumentException">The profile is of another game.</exception>
    /// <exception cref="InvalidOperationException">The game is not one of perfect recall.</exception>
    public Rational Regret(BehaviorProfile profile)
    {
        ImmutableArray<Rational> own = ExpectedPayoffs(profile);
        return Enumerable.Range(0, Players.Length).Select(player => BestResponse(player, profile).Payoff - own[player]).Max();
    }

    /// <summary>Computes how likely play is to come to each node, leaving out one player's probabilities, or nobody's (-1).</summary>
    private Rational[] Reach(BehaviorProfile profile, int player)
    {
        var reach = new Rational[NodeCount];
        reach[0] = Rational.One;
        for (int node = 1; node < NodeCount; node++)
        {
            int parent = _parents[node];
            Rational step = _kinds[parent] == GameNodeKind.Chance ? _chance[_sets[parent]].Probabilities[_moves[node]]
                : InformationSets[_sets[parent]].Player == player ? Rational.One
                : profile[_sets[parent]][_moves[node]];
            reach[node] = reach[parent].IsZero ? Rational.Zero : reach[parent] * step;
        }

        return reach;
    }
}
