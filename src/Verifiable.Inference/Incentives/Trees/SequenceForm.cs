using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>
/// Solves two-player games of constant sum and perfect recall exactly, by one linear program whose size is that of the tree: the sequence form (Romanovskii 1962; Koller, Megiddo
/// and von Stengel, <i>Fast algorithms for finding randomized strategies in game trees</i>, STOC 1994; von Stengel 1996). Pure and thread-safe.
/// </summary>
public static class SequenceForm
{
    /// <summary>Finds the value and one equilibrium in behavior strategies.</summary>
    /// <param name="game">The game.</param>
    /// <param name="limit">What it may cost; a step is a pivot.</param>
    /// <returns>What the first player gets, and the profile; at sets that their player avoids, the first action. <see langword="null"/> when the limit came first.</returns>
    /// <exception cref="ArgumentException">The game has not two players, is not of constant sum, or not of perfect recall.</exception>
    public static (Rational Value, BehaviorProfile Profile)? Solve(ExtensiveGame game, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (game.Players.Length != 2 || !game.HasPerfectRecall || !IsConstantSum(game))
        {
            throw new ArgumentException("Expected two players, payoffs of constant sum, and perfect recall.", nameof(game));
        }

        (int Set, int Action)[] before = OwnHistory.Of(game);
        int[][] offsets = [Offsets(game, 0), Offsets(game, 1)];
        int rows = offsets[0][^1];
        int columns = offsets[1][^1];
        InformationSet[] columnSets = [.. game.InformationSets.Where(set => set.Player == 1)];

        // Variables: the row player's sequences, then for the empty sequence and each set of the column player a value as a difference of two.
        int values = columnSets.Length + 1;
        LinearProgram program = new(rows + (2 * values));
        Rational[] objective = new Rational[rows + (2 * values)];
        objective[rows] = 1;
        objective[rows + 1] = -1;
        program.Maximize(objective);

        // The column player's sequence pays at least the value of its set; what follows it adds its own values: v(set of s) − Σ v(sets after s) − Σ A(·, s) x ≤ 0.
        Rational[][] left = [.. Enumerable.Range(0, columns).Select(_ => new Rational[rows + (2 * values)])];
        AddPayoffs(game, offsets, left);
        Add(left[0], rows, 1);
        for (int place = 0; place < columnSets.Length; place++)
        {
            InformationSet set = columnSets[place];
            Add(left[Sequence(offsets[1], before[set.Index])], rows + (2 * (place + 1)), -1);
            for (int action = 0; action < set.Actions.Length; action++)
            {
                Add(left[offsets[1][set.Index] + action], rows + (2 * (place + 1)), 1);
            }
        }

        foreach (Rational[] row in left)
        {
            program.AddAtMost(row, Rational.Zero);
        }

        Rational[] start = new Rational[rows + (2 * values)];
        start[0] = 1;
        program.AddEquation(start, Rational.One);
        foreach (InformationSet set in game.InformationSets.Where(set => set.Player == 0))
        {
            Rational[] flow = new Rational[rows + (2 * values)];
            flow[Sequence(offsets[0], before[set.Index])] = -1;
            for (int action = 0; action < set.Actions.Length; action++)
            {
                flow[offsets[0][set.Index] + action] = 1;
            }

            program.AddEquation(flow, Rational.Zero);
        }

        LinearProgramSolution solution = program.Solve(new WorkMeter(limit));
        return solution.State != LinearProgramState.Optimal ? null
            : (solution.Objective, new BehaviorProfile([.. game.InformationSets.Select(set => Behavior(set, before, offsets[set.Player], set.Player == 0 ? solution.Values : solution.Prices))]));
    }

    private static bool IsConstantSum(ExtensiveGame game)
    {
        Rational[][] ends = [.. Enumerable.Range(0, game.NodeCount).Where(node => game.KindOf(node) == GameNodeKind.Terminal).Select(node => game.Terminal.Vectors[game.Terminal.VectorOf[node]])];
        return Array.TrueForAll(ends, end => end[0] + end[1] == ends[0][0] + ends[0][1]);
    }

    /// <summary>Numbers a player's sequences: 0 is the empty one, a set's actions follow one another; the last entry counts them.</summary>
    private static int[] Offsets(ExtensiveGame game, int player)
    {
        int[] offsets = new int[game.InformationSets.Length + 1];
        int next = 1;
        foreach (InformationSet set in game.InformationSets)
        {
            offsets[set.Index] = next;
            next += set.Player == player ? set.Actions.Length : 0;
        }

        offsets[^1] = next;
        return offsets;
    }

    private static int Sequence(int[] offsets, (int Set, int Action) move) => move.Set < 0 ? 0 : offsets[move.Set] + move.Action;

    private static void Add(Rational[] row, int value, Rational factor)
    {
        row[value] += factor;
        row[value + 1] -= factor;
    }

    private static void AddPayoffs(ExtensiveGame game, int[][] offsets, Rational[][] left)
    {
        Stack<(int Node, int Row, int Column, Rational Chance)> open = new([(0, 0, 0, Rational.One)]);
        while (open.TryPop(out (int Node, int Row, int Column, Rational Chance) place))
        {
            if (game.KindOf(place.Node) == GameNodeKind.Terminal)
            {
                left[place.Column][place.Row] -= place.Chance * game.PayoffOf(place.Node, 0);
                continue;
            }

            for (int move = 0; move < game.ChildrenOf(place.Node).Length; move++)
            {
                int child = game.ChildrenOf(place.Node)[move];
                open.Push(game.SetOf(place.Node) is not { } set ? (child, place.Row, place.Column, place.Chance * game.ProbabilitiesOf(place.Node)[move])
                    : set.Player == 0 ? (child, offsets[0][set.Index] + move, place.Column, place.Chance)
                    : (child, place.Row, offsets[1][set.Index] + move, place.Chance));
            }
        }
    }

    private static ImmutableArray<Rational> Behavior(InformationSet set, (int Set, int Action)[] before, int[] offsets, ImmutableArray<Rational> plan)
    {
        Rational arrival = plan[Sequence(offsets, before[set.Index])];
        return [.. Enumerable.Range(0, set.Actions.Length).Select(action => arrival.IsZero ? (action == 0 ? 1 : 0) : plan[offsets[set.Index] + action] / arrival)];
    }
}
