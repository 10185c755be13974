using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>
/// Holds a tree's game in reduced normal form: strategies that differ only at sets that the player's own earlier moves exclude are one (von Stengel, <i>Computing equilibria for
/// two-person games</i>, 2002, section 3). For games without perfect recall nothing is reduced. Immutable and thread-safe.
/// </summary>
public sealed class ReducedNormalForm
{
    // For each payoff that the limits allow: how many actions of strategies may be held, and how many nodes gone to.
    private const long ActionsPerPayoff = 16;
    private const long VisitsPerPayoff = 64;

    private readonly ImmutableArray<ImmutableArray<ImmutableArray<int>>> _strategies;

    private ReducedNormalForm(NormalFormGame game, ImmutableArray<ImmutableArray<ImmutableArray<int>>> strategies)
    {
        Game = game;
        _strategies = strategies;
    }

    /// <summary>Gets the game in normal form; a strategy's name lists its actions.</summary>
    public NormalFormGame Game { get; }

    /// <summary>Gets the actions of a strategy by information set: -1 at sets of others and at sets that the strategy does not come to.</summary>
    /// <param name="player">The player's place.</param>
    /// <param name="strategy">The strategy's place.</param>
    /// <returns>The places of the actions.</returns>
    public ImmutableArray<int> ActionsOf(int player, int strategy) => _strategies[player][strategy];

    /// <summary>Converts a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="limits">What is made at most; <see langword="null"/> for <see cref="GameReadLimits.Ordinary"/>.</param>
    /// <param name="form">The normal form; <see langword="null"/> when it would be too large.</param>
    /// <param name="refusal">Why not.</param>
    /// <returns>Whether there is a normal form.</returns>
    public static bool TryMake(ExtensiveGame tree, GameReadLimits? limits, [NotNullWhen(true)] out ReducedNormalForm? form, out GameRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(tree);
        limits ??= GameReadLimits.Ordinary;
        form = null;
        (int Set, int Action)[] before = tree.HasPerfectRecall ? OwnHistory.Of(tree) : [.. Enumerable.Repeat((-1, -1), tree.InformationSets.Length)];
        List<ImmutableArray<ImmutableArray<int>>> strategies = [];
        long profiles = 1;
        for (int player = 0; player < tree.Players.Length; player++)
        {
            long most = Math.Min(limits.Payoffs / tree.Players.Length, ActionsPerPayoff * limits.Payoffs / Math.Max(1, tree.InformationSets.Length));
            List<int[]>? own = StrategiesOf(tree, player, before, Math.Max(1, most));
            profiles *= own?.Count ?? 0;
            if (own is null || profiles * tree.Players.Length > limits.Payoffs)
            {
                refusal = new GameRefusal(GameRefusalKind.TooLarge, 0, $"Expected strategies for at most {limits.Payoffs} payoffs, got more.");
                return false;
            }

            strategies.Add([.. own.Select(actions => actions.ToImmutableArray())]);
        }

        if (!TryConvert(tree, strategies, limits, out NormalFormGame? game))
        {
            refusal = new GameRefusal(GameRefusalKind.TooLarge, 0, "Expected names and ways through the tree within the limits, got more.");
            return false;
        }

        refusal = default;
        form = new ReducedNormalForm(game, [.. strategies]);
        return true;
    }

    /// <summary>Gives the behavior that a mixed profile of the normal form amounts to (Kuhn's theorem); at sets that are never come to the first action.</summary>
    /// <param name="tree">The tree that was converted.</param>
    /// <param name="profile">The profile.</param>
    /// <returns>The behavior.</returns>
    public BehaviorProfile ToBehavior(ExtensiveGame tree, MixedProfile profile)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(profile);
        List<ImmutableArray<Rational>> sets = [];
        foreach (InformationSet set in tree.InformationSets)
        {
            var weights = new Rational[set.Actions.Length];
            for (int strategy = 0; strategy < _strategies[set.Player].Length; strategy++)
            {
                int action = _strategies[set.Player][strategy][set.Index];
                if (action >= 0)
                {
                    weights[action] += profile[set.Player][strategy];
                }
            }

            Rational sum = weights.Aggregate(Rational.Zero, (total, weight) => total + weight);
            sets.Add([.. weights.Select((weight, action) => sum.IsZero ? (action == 0 ? 1 : 0) : weight / sum)]);
        }

        return new BehaviorProfile([.. sets]);
    }

    private static List<int[]>? StrategiesOf(ExtensiveGame tree, int player, (int Set, int Action)[] before, long limit)
    {
        int[] none = new int[tree.InformationSets.Length];
        Array.Fill(none, -1);
        List<int[]> strategies = [none];

        // Preorder meets a set after the player's earlier sets.
        foreach (InformationSet set in tree.InformationSets.Where(set => set.Player == player))
        {
            (int earlier, int action) = before[set.Index];
            bool IsReached(int[] strategy) => earlier < 0 || strategy[earlier] == action;
            if (set.Actions.Length == 1)
            {
                foreach (int[] strategy in strategies)
                {
                    strategy[set.Index] = IsReached(strategy) ? 0 : -1;
                }

                continue;
            }

            List<int[]> next = [];
            foreach (int[] strategy in strategies)
            {
                for (int move = 0; move < (IsReached(strategy) ? set.Actions.Length : 1); move++)
                {
                    if (next.Count == limit)
                    {
                        return null;
                    }

                    // The last of them takes the array over.
                    bool isLast = !IsReached(strategy) || move == set.Actions.Length - 1;
                    int[] longer = isLast ? strategy : [.. strategy];
                    longer[set.Index] = IsReached(strategy) ? move : -1;
                    next.Add(longer);
                }
            }

            strategies = next;
        }

        return strategies;
    }

    private static bool TryConvert(ExtensiveGame tree, List<ImmutableArray<ImmutableArray<int>>> strategies, GameReadLimits limits, [NotNullWhen(true)] out NormalFormGame? game)
    {
        game = null;
        if (strategies.Sum(own => own.Sum(actions => NameLength(tree, actions))) > limits.Characters)
        {
            return false;
        }

        long visits = VisitsPerPayoff * limits.Payoffs;
        ImmutableArray<int> counts = [.. strategies.Select(own => own.Length)];
        int players = counts.Length;
        int[] profile = new int[players];
        List<Rational> payoffs = [];
        do
        {
            payoffs.AddRange(Payoffs(tree, set => strategies[set.Player][profile[set.Player]][set.Index], ref visits));
        }
        while (visits > 0 && Advance(profile, counts));
        if (visits <= 0)
        {
            return false;
        }

        ImmutableArray<ImmutableArray<string>> names = [.. strategies.Select(own => own.Select(actions => Name(tree, actions)).ToImmutableArray())];
        game = new NormalFormGame(counts, [.. payoffs], new GameNames(tree.Title, tree.Players, names));
        return true;
    }

    private static Rational[] Payoffs(ExtensiveGame tree, Func<InformationSet, int> choose, ref long visits)
    {
        var sums = new Rational[tree.Players.Length];
        Stack<(int Node, Rational Weight)> open = new([(0, Rational.One)]);
        while (open.TryPop(out (int Node, Rational Weight) place))
        {
            visits--;
            switch (tree.KindOf(place.Node))
            {
                case GameNodeKind.Terminal:
                    for (int player = 0; player < sums.Length; player++)
                    {
                        sums[player] += place.Weight * tree.PayoffOf(place.Node, player);
                    }

                    break;
                case GameNodeKind.Chance:
                    for (int move = 0; move < tree.ChildrenOf(place.Node).Length; move++)
                    {
                        open.Push((tree.ChildrenOf(place.Node)[move], place.Weight * tree.ProbabilitiesOf(place.Node)[move]));
                    }

                    break;
                default:
                    open.Push((tree.ChildrenOf(place.Node)[choose(tree.SetOf(place.Node)!)], place.Weight));
                    break;
            }
        }

        return sums;
    }

    private static bool Advance(int[] profile, ImmutableArray<int> counts)
    {
        for (int player = profile.Length - 1; player >= 0; player--)
        {
            if (++profile[player] < counts[player])
            {
                return true;
            }

            profile[player] = 0;
        }

        return false;
    }

    private static string Name(ExtensiveGame tree, ImmutableArray<int> actions)
    {
        string[] parts = [.. NamesOf(tree, actions)];
        return parts.Length == 0 ? "-" : string.Join(' ', parts);
    }

    private static long NameLength(ExtensiveGame tree, ImmutableArray<int> actions) => 1 + NamesOf(tree, actions).Sum(name => name.Length + 1L);

    private static IEnumerable<string> NamesOf(ExtensiveGame tree, ImmutableArray<int> actions) => tree.InformationSets.Where(set => actions[set.Index] >= 0).Select(set => set.Actions[actions[set.Index]]);
}
