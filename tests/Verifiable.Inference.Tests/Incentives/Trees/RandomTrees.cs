using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Tests.Incentives.Trees;

/// <summary>Small random trees of two or three players, and the plainest possible evaluation of them.</summary>
internal static class RandomTrees
{
    internal static void Check(Func<int[], bool> law, int tests) =>
        Prop.ForAll(Gen.Choose(0, 1 << 20).ArrayOf(64).ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20261120UL, 31UL));

    /// <summary>A tree of perfect information without chance whose payoffs are terms over a and b; one honest history.</summary>
    internal static ParametricGame Parametric(int[] numbers)
    {
        int next = 0;
        int Draw(int count) => numbers[next++ % numbers.Length] % count;
        int players = 2 + Draw(2);
        ParametricGameBuilder builder = new(Enumerable.Range(0, players).Select(player => $"p{player}"), ["a", "b"], ["e"]);
        if (Draw(2) == 0)
        {
            builder.AddConstraint("a > 0 | b > 1");
        }

        builder.AddConstraint("e > 0");
        List<(int Node, string[] History)> ends = [];
        Stack<(int Node, string[] History)> open = new([(0, [])]);
        while (open.TryPop(out (int Node, string[] History) place))
        {
            if (place.History.Length == 3 || (place.History.Length > 0 && Draw(3) == 0))
            {
                builder.AddEnd(place.Node, Enumerable.Range(0, players).Select(_ => $"{Draw(5)} - 2 + {Draw(3)} * a - a + {Draw(3)} * b - b + {Draw(3)} * e - e"));
                ends.Add(place);
                continue;
            }

            ImmutableArray<int> children = builder.AddDecision(place.Node, Draw(players), $"{place.Node}", "l", "r");
            open.Push((children[0], [.. place.History, "l"]));
            open.Push((children[1], [.. place.History, "r"]));
        }

        builder.AddHonestHistory(ends[Draw(ends.Count)].History);
        return builder.Build();
    }

    /// <summary>A tree with numbers, chance where asked for, and players who forget where they are at some depths where asked for.</summary>
    internal static ExtensiveGame Numeric(int[] numbers, bool hasChance, bool hasSets, int depth = 3)
    {
        int next = 0;
        int Draw(int count) => numbers[next++ % numbers.Length] % count;
        int players = 2 + Draw(2);
        ExtensiveGameBuilder builder = new("random", Enumerable.Range(0, players).Select(player => $"p{player}"));
        Stack<(int Node, int Depth)> open = new([(0, 0)]);
        int[] movers = [Draw(players), Draw(players), Draw(players), Draw(players)];
        while (open.TryPop(out (int Node, int Depth) place))
        {
            if (place.Depth == depth || (place.Depth > 0 && Draw(4) == 0))
            {
                builder.AddEnd(place.Node, Enumerable.Range(0, players).Select(_ => (Rational)(Draw(7) - 3)));
                continue;
            }

            bool isChance = hasChance && Draw(3) == 0;
            bool isShared = hasSets && Draw(2) == 0;
            int mover = isShared ? movers[place.Depth] : Draw(players);
            ImmutableArray<int> children = isChance
                ? builder.AddChance(place.Node, ("l", new Rational(1 + Draw(3), 4)), ("r", 1 - new Rational(1 + ((numbers[(next - 1) % numbers.Length]) % 3), 4)))
                : builder.AddDecision(place.Node, mover, isShared ? $"depth {place.Depth}" : $"{place.Node}", "l", "r");
            open.Push((children[0], place.Depth + 1));
            open.Push((children[1], place.Depth + 1));
        }

        return builder.Build();
    }

    /// <summary>Goes through every pure profile: the place of the action by information set.</summary>
    internal static IEnumerable<int[]> Profiles(ExtensiveGame game)
    {
        int[] profile = new int[game.InformationSets.Length];
        while (true)
        {
            yield return [.. profile];
            int place = 0;
            while (place < profile.Length && ++profile[place] == game.InformationSets[place].Actions.Length)
            {
                profile[place++] = 0;
            }

            if (place == profile.Length)
            {
                yield break;
            }
        }
    }

    internal static T[] Expected<T>(ExtensiveGame game, int[] profile, int root, Func<int, T[]> payoffs, Func<T[], Rational, T[], T[]> add, T[] zero)
    {
        if (game.KindOf(root) == GameNodeKind.Terminal)
        {
            return payoffs(root);
        }

        if (game.SetOf(root) is { } set)
        {
            return Expected(game, profile, game.ChildrenOf(root)[profile[set.Index]], payoffs, add, zero);
        }

        T[] sum = zero;
        for (int move = 0; move < game.ChildrenOf(root).Length; move++)
        {
            sum = add(sum, game.ProbabilitiesOf(root)[move], Expected(game, profile, game.ChildrenOf(root)[move], payoffs, add, zero));
        }

        return sum;
    }

    internal static Rational[] Expected(ExtensiveGame game, int[] profile, int root = 0) => Expected(
        game, profile, root, end => [.. Enumerable.Range(0, game.Players.Length).Select(player => game.PayoffOf(end, player))],
        (sum, weight, more) => [.. sum.Zip(more, (left, right) => left + (weight * right))], new Rational[game.Players.Length]);
}
