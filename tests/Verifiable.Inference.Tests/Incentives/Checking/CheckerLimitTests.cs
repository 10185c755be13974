using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.PublishedGames;
using Verifiable.Inference.Tests.Incentives.Trees;

namespace Verifiable.Inference.Tests.Incentives.Checking;

/// <summary>What the checker does at the ends of what it takes: budgets, many players, options that name nobody.</summary>
public sealed class CheckerLimitTests
{
    private static readonly IncentiveProperty[] _properties = [.. Enum.GetValues<IncentiveProperty>().Where(property => property != IncentiveProperty.None)];

    [Fact]
    public void A_budget_of_any_size_gives_the_verdict_or_none() => RandomTrees.Check(
        numbers =>
        {
            ExtensiveGame tree = RandomTrees.Numeric(numbers, hasChance: numbers[5] % 2 == 0, hasSets: numbers[6] % 2 == 0);
            ParametricGame game = ParametricGame.Of(tree);
            Assert.True(HonestPlan.TryChoose(tree, set => set.Actions[numbers[set.Index] % 2], out HonestPlan? plan, out _));
            return Array.TrueForAll(_properties, property => IsHonestAboutItsBudget(game, plan, property));
        },
        60);

    [Fact]
    public void A_budget_of_any_size_gives_the_verdict_or_none_over_parameters() => RandomTrees.Check(
        numbers =>
        {
            ParametricGame game = RandomTrees.Parametric(numbers);
            Assert.True(HonestPlan.TryFollow(game.Tree, game.HonestHistories[0], out HonestPlan? plan, out _));
            return Array.TrueForAll(_properties, property => IsHonestAboutItsBudget(game, plan, property));
        },
        30);

    [Fact]
    public void The_player_behind_the_sixty_fourth_is_looked_at()
    {
        // Player 0 does not see what chance did, so that plans are gone through; the last player gives 1 away at a place of its own.
        ExtensiveGameBuilder builder = new("many", Enumerable.Range(0, 65).Select(player => $"p{player}"));
        ImmutableArray<int> moves = builder.AddChance(0, ("l", new Rational(1, 2)), ("r", new Rational(1, 2)));
        foreach (int move in moves)
        {
            ImmutableArray<int> actions = builder.AddDecision(move, 0, "blind", "a", "b");
            builder.AddEnd(actions[0], Enumerable.Repeat(Rational.Zero, 65));
            ImmutableArray<int> own = builder.AddDecision(actions[1], 64, $"last {move}", "keep", "give");
            builder.AddEnd(own[0], Enumerable.Repeat(Rational.Zero, 65));
            builder.AddEnd(own[1], Enumerable.Range(0, 65).Select(player => (Rational)(player == 64 ? -1 : 0)));
        }

        ExtensiveGame tree = builder.Build();
        Assert.True(HonestPlan.TryChoose(tree, set => set.Player == 64 ? "give" : "a", out HonestPlan? wasteful, out _));
        Assert.True(HonestPlan.TryChoose(tree, set => set.Player == 64 ? "keep" : "a", out HonestPlan? careful, out _));
        Assert.Equal(IncentiveVerdict.Fails, IncentiveChecker.Check(ParametricGame.Of(tree), wasteful, IncentiveProperty.Practicality).Verdict);
        Assert.Equal(IncentiveVerdict.Holds, IncentiveChecker.Check(ParametricGame.Of(tree), careful, IncentiveProperty.Practicality).Verdict);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(1, 3)]
    [InlineData(1, -1)]
    [InlineData(1, 64)]
    public void Options_that_name_no_coalition_are_refused(int greatest, int? user)
    {
        ParametricGame game = CheckMateExamples.Small("A,B,U", "a", "", "a > 0", "A{l:(a,a,a),r:(0,0,0)}", "l");
        IncentiveCheckOptions options = new() { GreatestCoalition = greatest, User = user };
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => IncentiveChecker.Check(game, ["l"], IncentiveProperty.CollusionResilience, options));
    }

    [Fact]
    public void A_node_with_many_moves_stops_at_the_limit()
    {
        ParametricGameBuilder builder = new(["A"], ["a"]);
        ImmutableArray<int> first = builder.AddDecision(0, 0, "first", "stop", "go");
        builder.AddEnd(first[0], "a");
        foreach (int move in builder.AddDecision(first[1], 0, "wide", Enumerable.Range(0, 60_000).Select(move => $"m{move}")))
        {
            builder.AddEnd(move, move % 2 == 0 ? "a" : "2 * a");
        }

        ParametricGame game = builder.Build();
        IncentiveFinding finding = IncentiveChecker.Check(game, ["stop"], IncentiveProperty.Practicality, new IncentiveCheckOptions { Limit = new WorkLimit(100_000) });
        Assert.Equal(IncentiveVerdict.Undetermined, finding.Verdict);
        Assert.Equal(StopReason.LimitReached, finding.Stop);
    }

    private static bool IsHonestAboutItsBudget(ParametricGame game, HonestPlan plan, IncentiveProperty property)
    {
        IncentiveFinding full = IncentiveChecker.Check(game, plan, property);
        for (long steps = 1; ; steps += 1 + (steps / 16))
        {
            IncentiveFinding finding = IncentiveChecker.Check(game, plan, property, new IncentiveCheckOptions { Limit = new WorkLimit(steps), FindPrecondition = steps % 2 == 0 });
            if (finding.Verdict != full.Verdict && (finding.Verdict != IncentiveVerdict.Undetermined || finding.Stop != StopReason.LimitReached))
            {
                return false;
            }

            if (finding.Stop == StopReason.Finished)
            {
                return finding.Verdict == full.Verdict;
            }
        }
    }
}
