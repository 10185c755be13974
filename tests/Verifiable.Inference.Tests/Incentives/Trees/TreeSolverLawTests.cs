using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.PublishedGames;

namespace Verifiable.Inference.Tests.Incentives.Trees;

/// <summary>Solvers of trees against the plainest possible search, and against numbers from elsewhere.</summary>
public sealed class TreeSolverLawTests
{
    [Fact]
    public void Backward_induction_finds_exactly_the_profiles_from_which_nobody_leaves_in_any_subtree() => RandomTrees.Check(
        numbers =>
        {
            ExtensiveGame game = RandomTrees.Numeric(numbers, hasChance: true, hasSets: false);
            (ImmutableArray<ImmutableArray<int>> equilibria, Completeness completeness) = BackwardInduction.FindAll(game);
            string[] found = [.. equilibria.Select(profile => string.Join(' ', profile)).Order(StringComparer.Ordinal)];
            string[] expected = [.. RandomTrees.Profiles(game).Where(profile => IsPerfect(game, profile)).Select(profile => string.Join(' ', profile)).Order(StringComparer.Ordinal)];
            ImmutableArray<ImmutableArray<Rational>> payoffs = BackwardInduction.FindPayoffs(game).Payoffs;
            HashSet<string> vectors = [.. RandomTrees.Profiles(game).Where(profile => IsPerfect(game, profile)).Select(profile => string.Join(' ', RandomTrees.Expected(game, profile)))];
            return completeness == Completeness.Proven && found.SequenceEqual(expected) && found.Contains(string.Join(' ', BackwardInduction.FindOne(game)))
                && vectors.SetEquals(payoffs.Select(vector => string.Join(' ', vector)));
        },
        300);

    [Fact]
    public void A_list_of_equilibria_that_was_cut_short_is_a_beginning_of_the_whole_and_says_so() => RandomTrees.Check(
        numbers =>
        {
            ExtensiveGame game = RandomTrees.Numeric(numbers, hasChance: true, hasSets: false);
            string[] all = [.. BackwardInduction.FindAll(game).Equilibria.Select(profile => string.Join(' ', profile))];
            for (long steps = 1; ; steps += 1 + (steps / 8))
            {
                (ImmutableArray<ImmutableArray<int>> some, Completeness completeness) = BackwardInduction.FindAll(game, new WorkLimit(steps));
                if (!some.Select(profile => string.Join(' ', profile)).SequenceEqual(all.Take(some.Length)) || completeness == Completeness.Unknown)
                {
                    return false;
                }

                if (completeness == Completeness.Proven)
                {
                    return some.Length == all.Length;
                }
            }
        },
        100);

    [Fact]
    public void The_reduced_normal_form_pays_what_the_tree_pays() => RandomTrees.Check(
        numbers =>
        {
            ExtensiveGame game = RandomTrees.Numeric(numbers, hasChance: true, hasSets: true);
            Assert.True(ReducedNormalForm.TryMake(game, null, out ReducedNormalForm? form, out _));
            int[] strategies = [.. form.Game.StrategyCounts.Select((count, player) => numbers[player] % count)];
            int[] profile = [.. game.InformationSets.Select(set => Math.Max(0, form.ActionsOf(set.Player, strategies[set.Player])[set.Index]))];
            Rational[] paid = RandomTrees.Expected(game, profile);
            return Enumerable.Range(0, paid.Length).All(player => form.Game.Payoff(player, strategies) == paid[player]);
        },
        300);

    [Fact]
    public void A_best_response_is_the_best_of_all_plans() => RandomTrees.Check(
        numbers =>
        {
            ExtensiveGame game = RandomTrees.Numeric(numbers, hasChance: true, hasSets: true);
            if (!game.HasPerfectRecall)
            {
                return true;
            }

            BehaviorProfile mixed = new([.. game.InformationSets.Select(set => ImmutableArray.Create(new Rational(1 + (numbers[set.Index] % 3), 4), 1 - new Rational(1 + (numbers[set.Index] % 3), 4)))]);
            Rational regret = Rational.Zero;
            for (int player = 0; player < game.Players.Length; player++)
            {
                (Rational best, ImmutableArray<int> actions) = game.BestResponse(player, mixed);
                Rational most = RandomTrees.Profiles(game).Max(profile => game.ExpectedPayoffs(Replaced(game, mixed, player, profile))[player]);
                if (best != most || game.ExpectedPayoffs(Replaced(game, mixed, player, [.. actions.Select(action => Math.Max(0, action))]))[player] != best)
                {
                    return false;
                }

                regret = Rational.Max(regret, best - game.ExpectedPayoffs(mixed)[player]);
            }

            return game.Regret(mixed) == regret;
        },
        200);

    // Kuhn 1950; OpenSpiel's exploitability tests for the other two.
    [Fact]
    public void Kuhn_poker_is_worth_minus_one_eighteenth()
    {
        ExtensiveGame game = KuhnPoker.Build();
        (Rational value, BehaviorProfile profile) = SequenceForm.Solve(game)!.Value;
        Assert.Equal(new Rational(-1, 18), value);
        Assert.Equal(Rational.Zero, game.Regret(profile));
        Assert.Equal(value, game.ExpectedPayoffs(profile)[0]);
        Assert.Equal(new Rational(11, 12), Distance(game, BehaviorProfile.Uniform(game)));
        Assert.Equal((Rational)2, Distance(game, BehaviorProfile.Pure(game, new int[game.InformationSets.Length])));
    }

    // Avenhaus and Canty; von Stengel, arXiv 1412.0129: the closed form, and the tree solved as a whole.
    [Theory]
    [InlineData(1, 0, "-1", "0")]
    [InlineData(2, 1, "-1/3", "1/3")]
    [InlineData(3, 1, "-1/2", "1/4")]
    [InlineData(3, 2, "-1/7", "3/7")]
    [InlineData(4, 2, "-3/11", "4/11")]
    [InlineData(5, 2, "-3/8", "5/16")]
    public void The_recursive_inspection_game_has_its_closed_form(int periods, int inspections, string value, string first)
    {
        RecursiveInspectionGame game = new() { Periods = periods, Inspections = inspections };
        Assert.Equal(Rational.Parse(value), game.Value);
        Assert.Equal(Rational.Parse(first), game.FirstInspectionProbability);
        ExtensiveGame tree = game.ToTree();
        (Rational solved, BehaviorProfile profile) = SequenceForm.Solve(tree)!.Value;
        Assert.Equal(game.Value, solved);
        Assert.Equal(Rational.Zero, tree.Regret(profile));
    }

    [Theory]
    [InlineData(10, 2, "-9/14", "5/28")]
    [InlineData(20, 2, "-171/211", "20/211")]
    public void The_recursive_inspection_game_has_its_closed_form_for_many_periods(int periods, int inspections, string value, string first)
    {
        RecursiveInspectionGame game = new() { Periods = periods, Inspections = inspections };
        Assert.Equal(Rational.Parse(value), game.Value);
        Assert.Equal(Rational.Parse(first), game.FirstInspectionProbability);
    }

    [Fact]
    public void Subgames_begin_where_no_information_set_is_torn()
    {
        ExtensiveGame kuhn = KuhnPoker.Build();
        Assert.Equal([0], Subgames.RootsOf(kuhn));
        ExtensiveGame game = new RecursiveInspectionGame { Periods = 2, Inspections = 1 }.ToTree();
        Assert.Equal(["", "inspect comply", "inspect comply wait", "wait comply"], Subgames.RootsOf(game).Select(root => string.Join(' ', game.HistoryOf(root))));
    }

    private static Rational Distance(ExtensiveGame game, BehaviorProfile profile) =>
        game.BestResponse(0, profile).Payoff + game.BestResponse(1, profile).Payoff;

    private static BehaviorProfile Replaced(ExtensiveGame game, BehaviorProfile mixed, int player, int[] actions)
    {
        BehaviorProfile pure = BehaviorProfile.Pure(game, actions);
        return new BehaviorProfile([.. game.InformationSets.Select(set => set.Player == player ? pure[set.Index] : mixed[set.Index])]);
    }

    private static bool IsPerfect(ExtensiveGame game, int[] profile)
    {
        for (int node = 0; node < game.NodeCount; node++)
        {
            if (game.SetOf(node) is { } set)
            {
                Rational own = RandomTrees.Expected(game, profile, node)[set.Player];
                foreach (int child in game.ChildrenOf(node))
                {
                    if (RandomTrees.Expected(game, profile, child)[set.Player] > own)
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }
}
