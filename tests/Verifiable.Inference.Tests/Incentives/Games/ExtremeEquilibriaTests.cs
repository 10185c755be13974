using System.Collections.Immutable;
using FsCheck.Fluent;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>Laws of all extreme equilibria.</summary>
public sealed class ExtremeEquilibriaTests
{
    [Fact]
    public void They_are_those_of_plain_enumeration() => RandomGames.Holds(
        RandomGames.Bimatrix(4, 4), game => ExtremeEquilibria.FindAll(game) is var solution && solution.Completeness == Completeness.Proven && SupportEnumeration.FindAll(game).SetEquals(solution.Equilibria));

    [Fact]
    public void The_search_and_the_listing_of_vertices_agree() => RandomGames.Holds(RandomGames.Bimatrix(7, 6), game =>
    {
        var meter = new WorkMeter(WorkLimit.Ordinary);
        var search = new ComplementarySearch(game, int.MaxValue, meter);
        search.Run();
        return search.IsComplete && search.Found.ToHashSet().SetEquals(LabelMatching.Find(game, meter)!);
    });

    [Fact]
    public void Nobody_gains_by_leaving_one() => RandomGames.Holds(RandomGames.Bimatrix(8, 8), game =>
    {
        NormalFormGame form = game.ToNormalForm();
        return ExtremeEquilibria.FindAll(game).Equilibria is { Length: > 0 } found && found.All(profile => form.Regret(profile).IsZero);
    });

    [Fact]
    public void Indices_sum_to_one_and_regular_games_have_an_odd_number() => RandomGames.Holds(RandomGames.Bimatrix(7, 7), game =>
    {
        BimatrixSolution solution = ExtremeEquilibria.FindAll(game);
        bool isRegular = solution.Components.All(component => component.IsPoint && component.Index is 1 or -1);
        return solution.AreComponentsKnown && solution.IndexSum is null or 1 && (!isRegular || solution.Equilibria.Length % 2 == 1);
    });

    [Fact]
    public void Components_hold_every_equilibrium_and_mixtures_of_their_parts_are_equilibria() => RandomGames.Holds(RandomGames.Bimatrix(5, 5), game =>
    {
        BimatrixSolution solution = ExtremeEquilibria.FindAll(game);
        NormalFormGame form = game.ToNormalForm();
        NashSubset[] subsets = [.. solution.Components.SelectMany(component => component.Subsets)];
        HashSet<MixedProfile> pairs = [.. subsets.SelectMany(subset => from x in subset.RowStrategies from y in subset.ColumnStrategies select new MixedProfile(x, y))];
        return pairs.SetEquals(solution.Equilibria) && subsets.All(subset => form.Regret(new MixedProfile(Middle(subset.RowStrategies), Middle(subset.ColumnStrategies))).IsZero);
    });

    [Fact]
    public void Positive_affine_payoffs_change_nothing() => RandomGames.Holds(RandomGames.Bimatrix(6, 6), game => Same(
        game, new BimatrixGame(game.Rows, game.Columns, [.. game.RowPayoffs.Select(payoff => (payoff * 3 / 7) - 11)], [.. game.ColumnPayoffs.Select(payoff => (payoff * 1000) + 5)]), profile => profile));

    [Fact]
    public void Payoffs_that_the_player_does_not_influence_change_nothing() => RandomGames.Holds(RandomGames.Bimatrix(6, 6), game => Same(
        game,
        new BimatrixGame(
            game.Rows,
            game.Columns,
            [.. game.RowPayoffs.Select((payoff, cell) => payoff + (cell % game.Columns * 5))],
            [.. game.ColumnPayoffs.Select((payoff, cell) => payoff - (cell / game.Columns * 9))]),
        profile => profile));

    [Fact]
    public void Strategies_in_another_order_give_the_same_equilibria_in_that_order() => RandomGames.Holds(RandomGames.Bimatrix(6, 6), game =>
    {
        int[] rows = [.. Enumerable.Range(0, game.Rows).Reverse()];
        int[] columns = [.. Enumerable.Range(0, game.Columns).Select(column => (column + 1) % game.Columns)];
        int[] cells = [.. rows.SelectMany(row => columns.Select(column => (row * game.Columns) + column))];
        var moved = new BimatrixGame(game.Rows, game.Columns, [.. cells.Select(cell => game.RowPayoffs[cell])], [.. cells.Select(cell => game.ColumnPayoffs[cell])]);
        return Same(game, moved, profile => new MixedProfile([.. rows.Select(row => profile[0][row])], [.. columns.Select(column => profile[1][column])]));
    });

    [Fact]
    public void The_index_of_a_component_does_not_depend_on_the_order_of_strategies() => RandomGames.Holds(
        from a in Gen.Choose(0, 2).ListOf(16)
        from b in Gen.Choose(0, 2).ListOf(16)
        select new BimatrixGame(4, 4, Numbers(string.Join(' ', a)), Numbers(string.Join(' ', b))),
        game =>
        {
            // Orders in which leading minors vanish in one game and not in the other.
            int[] rows = [2, 0, 3, 1];
            int[] cells = [.. rows.SelectMany(row => Enumerable.Range(0, 4).Select(column => (row * 4) + column))];
            BimatrixGame moved = new(4, 4, [.. cells.Select(cell => game.RowPayoffs[cell])], [.. cells.Select(cell => game.ColumnPayoffs[cell])]);
            return IndicesOf(game, [0, 1, 2, 3]).SetEquals(IndicesOf(moved, [1, 3, 0, 2]));
        });

    [Fact]
    public void Exchanged_players_give_exchanged_equilibria() =>
        RandomGames.Holds(RandomGames.Bimatrix(6, 6), game => Same(game, game.Transposed(), profile => new MixedProfile(profile[1], profile[0])));

    [Fact]
    public void A_strictly_dominated_row_changes_nothing() => RandomGames.Holds(RandomGames.Bimatrix(5, 6), game => Same(
        game,
        new BimatrixGame(
            game.Rows + 1,
            game.Columns,
            [.. game.RowPayoffs, .. game.RowPayoffs.Take(game.Columns).Select(payoff => payoff - 1)],
            [.. game.ColumnPayoffs, .. game.ColumnPayoffs.Take(game.Columns).Reverse()]),
        profile => new MixedProfile([.. profile[0], Rational.Zero], profile[1])));

    [Fact]
    public void Every_path_of_Lemke_and_Howson_ends_at_an_equilibrium_of_a_listed_component() => RandomGames.Holds(RandomGames.Bimatrix(7, 7), game =>
    {
        BimatrixSolution all = ExtremeEquilibria.FindAll(game);
        BimatrixSolution reached = LemkeHowson.FindFromAll(game);
        return reached.Equilibria.Length > 0 && reached.Completeness == Completeness.Unknown && reached.Equilibria.All(all.Equilibria.Contains);
    });

    [Fact]
    public void Lemke_and_Howson_miss_two_of_three_in_Shapleys_game()
    {
        BimatrixGame game = Game("0 3 0 2 2 0 3 0 1", "0 2 3 3 2 0 0 0 1");
        Assert.Equal(3, ExtremeEquilibria.FindAll(game).Equilibria.Length);
        Assert.Equal("0,0,1 | 0,0,1", Assert.Single(LemkeHowson.FindFromAll(game).Equilibria).ToString());
    }

    [Fact]
    public void Paths_from_two_labels_end_where_von_Stengel_says()
    {
        BimatrixGame game = new(3, 2, Numbers("3 3 2 5 0 6"), Numbers("3 2 2 6 3 1"));
        Assert.Equal("1,0,0 | 1,0", Assert.Single(LemkeHowson.FindFrom(game, 0).Equilibria).ToString());
        Assert.Equal("0,1/3,2/3 | 1/3,2/3", Assert.Single(LemkeHowson.FindFrom(game, 1).Equilibria).ToString());
    }

    [Fact]
    public void A_game_without_differences_has_all_pairs_of_pure_strategies_in_one_component()
    {
        BimatrixSolution solution = ExtremeEquilibria.FindAll(new BimatrixGame(9, 8, [.. Enumerable.Repeat(Rational.One, 72)], [.. Enumerable.Repeat(Rational.Zero, 72)]));
        Assert.Equal(72, solution.Equilibria.Length);
        NashSubset subset = Assert.Single(Assert.Single(solution.Components).Subsets);
        Assert.Equal(15, subset.Dimension);
        Assert.Equal(1, solution.IndexSum);
    }

    [Fact]
    public void A_coordination_game_has_one_equilibrium_a_support()
    {
        for (int n = 1; n <= 7; n++)
        {
            ImmutableArray<Rational> identity = [.. Enumerable.Range(0, n * n).Select(cell => cell / n == cell % n ? Rational.One : Rational.Zero)];
            Assert.Equal((1 << n) - 1, ExtremeEquilibria.FindAll(new BimatrixGame(n, n, identity, identity)).Equilibria.Length);
        }
    }

    [Fact]
    public void A_long_path_leads_to_the_only_equilibrium()
    {
        BimatrixGame game = new(
            6,
            6,
            Numbers("-180 72 -333 297 -153 270 -30 17 -33 42 -3 20 -81 36 -126 126 -36 90 90 -36 126 -126 36 -81 20 -3 42 -33 17 -30 270 -153 297 -333 72 -180"),
            Numbers("72 36 17 -3 -36 -153 -180 -81 -30 20 90 270 297 126 42 -33 -126 -333 -333 -126 -33 42 126 297 270 90 20 -30 -81 -180 -153 -36 -3 17 36 72"));
        const string Expected = "1/30,1/6,3/10,3/10,1/6,1/30 | 1/6,1/30,3/10,3/10,1/30,1/6";
        Assert.Equal(Expected, Assert.Single(ExtremeEquilibria.FindAll(game).Equilibria).ToString());
        Assert.Equal(Expected, Assert.Single(LemkeHowson.FindFromAll(game).Equilibria).ToString());
    }

    [Fact]
    public void Payoffs_with_hundreds_of_digits_are_exact()
    {
        var huge = Rational.Pow(10, 300);
        BimatrixGame game = new(2, 2, [huge, Rational.Zero, Rational.Zero, Rational.One / huge], [Rational.One, Rational.Zero, Rational.Zero, Rational.One]);
        BimatrixSolution solution = ExtremeEquilibria.FindAll(game);
        Assert.Equal(3, solution.Equilibria.Length);
        Assert.Contains(solution.Equilibria, profile => profile[1][0] == Rational.One / (Rational.One + (huge * huge)));
    }

    [Fact]
    public void A_limit_gives_a_partial_list_of_true_equilibria()
    {
        ImmutableArray<Rational> identity = [.. Enumerable.Range(0, 100).Select(cell => cell / 10 == cell % 10 ? Rational.One : Rational.Zero)];
        BimatrixGame game = new(10, 10, identity, identity);
        BimatrixSolution solution = ExtremeEquilibria.FindAll(game, new WorkLimit(200));
        Assert.Equal(Completeness.Partial, solution.Completeness);
        Assert.Equal(StopReason.LimitReached, solution.Stop);
        Assert.InRange(solution.Equilibria.Length, 1, 1022);
        Assert.All(solution.Equilibria, profile => Assert.True(game.ToNormalForm().Regret(profile).IsZero));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Equal(StopReason.Cancelled, ExtremeEquilibria.FindAll(game, new WorkLimit(1_000_000, source.Token)).Stop);
    }

    internal static BimatrixGame Game(string rowPayoffs, string columnPayoffs)
    {
        ImmutableArray<Rational> a = Numbers(rowPayoffs);
        int size = (int)Math.Sqrt(a.Length);
        return new BimatrixGame(size, size, a, Numbers(columnPayoffs));
    }

    // Isolated regular equilibria with their indices, rows in the given order.
    private static HashSet<(MixedProfile Profile, int Index)> IndicesOf(BimatrixGame game, int[] rows) =>
        [.. ExtremeEquilibria.FindAll(game).Components.Where(component => component.IsPoint && component.Index is not null).Select(component => (
            new MixedProfile([.. rows.Select(row => component.Subsets[0].RowStrategies[0][row])], component.Subsets[0].ColumnStrategies[0]), component.Index!.Value))];

    internal static ImmutableArray<Rational> Numbers(string text) => [.. text.Split(' ').Select(word => Rational.Parse(word))];

    private static bool Same(BimatrixGame game, BimatrixGame other, Func<MixedProfile, MixedProfile> map) =>
        ExtremeEquilibria.FindAll(game).Equilibria.Select(map).ToHashSet().SetEquals(ExtremeEquilibria.FindAll(other).Equilibria);

    private static ImmutableArray<Rational> Middle(ImmutableArray<ImmutableArray<Rational>> strategies) =>
        [.. Enumerable.Range(0, strategies[0].Length).Select(place => strategies.Aggregate(Rational.Zero, (sum, strategy) => sum + strategy[place]) / strategies.Length)];
}
