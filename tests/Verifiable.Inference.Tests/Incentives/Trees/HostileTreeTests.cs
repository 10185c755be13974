using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Tests.Incentives.Trees;

/// <summary>Games whose shape or numbers would make plain code run for hours, or out of memory. Nothing here is timed: a test that fails does not end.</summary>
public sealed class HostileTreeTests
{
    [Fact]
    public void As_many_distinct_utilities_as_ends_are_read()
    {
        const int Count = 200_000;
        StringBuilder text = new("""{"players":["A"],"infinitesimals":[],"constants":[],"initial_constraints":[],"property_constraints":{},"honest_histories":[],"tree":{"player":"A","children":[""");
        for (int move = 0; move < Count; move++)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $$$"""{{{(move == 0 ? "" : ",")}}}{"action":"{{{move}}}","child":{"utility":[{"player":"A","value":{{{move}}}}]}}""");
        }

        Assert.True(ParametricGame.TryReadCheckMate(text.Append("]}}").ToString(), out ParametricGame? game, out GameRefusal refusal), refusal.ToString());
        Assert.Equal(Count, game.Vectors.Length);
    }

    [Fact]
    public void Short_terms_that_multiply_out_to_long_ones_are_refused_when_there_are_many()
    {
        const string Power = "(x+y+z+1)*(x+y+z+1)*(x+y+z+1)*(x+y+z+1)*(x+y+z+1)*(x+y+z+1)*(x+y+z+1)*(x+y+z+1)";
        ParametricGameBuilder builder = new(["A"], ["x", "y", "z"]);
        foreach (int move in builder.AddDecision(0, 0, "wide", Enumerable.Range(0, 400).Select(move => $"m{move}")))
        {
            builder.AddEnd(move, $"({Power})*({Power})+{move}");
        }

        Assert.False(builder.TryBuild(out _, out GameRefusal refusal));
        Assert.Equal(GameRefusalKind.BadNumber, refusal.Kind);
    }

    [Fact]
    public void Probabilities_whose_sum_has_millions_of_digits_are_refused()
    {
        StringBuilder text = new("EFG 2 R \"t\" { \"A\" } c \"\" 1 \"\" {");
        for (int move = 0; move < 4000; move++)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $" \"{move}\" 1/{Long(move)}");
        }

        _ = text.Append(" } 0").Insert(text.Length, " t \"\" 0", 4000);
        Assert.Equal(GameRefusalKind.TooLarge, Refused(text.ToString()));
    }

    [Fact]
    public void Payments_whose_sum_on_the_way_has_millions_of_digits_are_refused()
    {
        StringBuilder text = new("EFG 2 R \"t\" { \"A\" }");
        for (int level = 1; level <= 4000; level++)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $" p \"\" 1 {level} \"\" {{ \"x\" }} {level} \"\" {{ 1/{Long(level)} }}");
        }

        Assert.Equal(GameRefusalKind.TooLarge, Refused(text.Append(" t \"\" 0").ToString()));
    }

    [Fact]
    public void Paths_whose_probabilities_multiply_to_millions_of_digits_are_refused()
    {
        StringBuilder text = new("EFG 2 R \"t\" { \"A\" }");
        for (int level = 1; level <= 4000; level++)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $" c \"\" {level} \"\" {{ \"x\" 1/1{new string('0', 900)} \"y\" 0.{new string('9', 900)} }} 0 t \"\" 0");
        }

        Assert.Equal(GameRefusalKind.TooLarge, Refused(text.Append(" t \"\" 0").ToString()));
    }

    [Fact]
    public void Sums_that_stay_small_are_read_at_any_depth()
    {
        StringBuilder text = new("EFG 2 R \"t\" { \"A\" }");
        for (int level = 1; level <= 9000; level++)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $" c \"\" {level} \"\" {{ \"x\" 1/3 \"y\" 2/3 }} {level} \"\" {{ {level}/7 }} t \"\" 0");
        }

        Assert.True(ExtensiveFormFile.TryRead(text.Append(" t \"\" 0").ToString(), null, out ExtensiveGame? game, out GameRefusal refusal), refusal.ToString());
        Assert.Equal(new Rational(9000L * 9001 / 2, 7), game.PayoffOf(game.NodeCount - 1, 0));
    }

    [Fact]
    public void A_best_response_looks_at_each_child_once()
    {
        const int Count = 300_000;
        ExtensiveGameBuilder builder = new("wide", ["A"]);
        ImmutableArray<int> moves = builder.AddChance(0, Enumerable.Range(0, Count).Select(move => ($"m{move}", new Rational(1, Count))));
        foreach (int move in moves)
        {
            ImmutableArray<int> actions = builder.AddDecision(move, 0, "blind", "l", "r");
            builder.AddEnd(actions[0], 0);
            builder.AddEnd(actions[1], move % 2);
        }

        ExtensiveGame game = builder.Build();
        Assert.Equal(new Rational(1, 2), game.BestResponse(0, BehaviorProfile.Uniform(game)).Payoff);
    }

    [Fact]
    public void Ends_that_tie_cost_their_number_and_not_its_square()
    {
        const int Count = 500_000;
        ExtensiveGameBuilder builder = new("ties", ["A", "B"]);
        foreach (int move in builder.AddDecision(0, 0, "wide", Enumerable.Range(0, Count).Select(move => $"m{move}")))
        {
            builder.AddEnd(move, 0, move);
        }

        (ImmutableArray<ImmutableArray<Rational>> payoffs, Completeness completeness) = BackwardInduction.FindPayoffs(builder.Build());
        Assert.Equal(Count, payoffs.Length);
        Assert.Equal(Completeness.Proven, completeness);
    }

    [Fact]
    public void Ties_at_a_hundred_thousand_nodes_give_equilibria_up_to_the_limit()
    {
        const int Count = 100_000;
        ExtensiveGameBuilder builder = new("ties", ["A"]);
        foreach (int move in builder.AddChance(0, Enumerable.Range(0, Count).Select(move => ($"m{move}", new Rational(1, Count)))))
        {
            foreach (int end in builder.AddDecision(move, 0, $"{move}", "l", "r"))
            {
                builder.AddEnd(end, 0);
            }
        }

        (ImmutableArray<ImmutableArray<int>> equilibria, Completeness completeness) = BackwardInduction.FindAll(builder.Build(), new WorkLimit(5_000_000));
        Assert.InRange(equilibria.Length, 10, 100);
        Assert.Equal(Completeness.Partial, completeness);
        Assert.Equal(equilibria.Length, equilibria.Select(profile => string.Join(' ', profile)).Distinct().Count());
    }

    [Fact]
    public void Many_sets_with_nothing_to_choose_are_one_strategy()
    {
        const int Count = 300_000;
        ExtensiveGameBuilder builder = new("narrow", ["A"]);
        foreach (int move in builder.AddChance(0, Enumerable.Range(0, Count).Select(move => ($"m{move}", new Rational(1, Count)))))
        {
            builder.AddEnd(builder.AddDecision(move, 0, $"{move}", "only")[0], 1);
        }

        Assert.True(ReducedNormalForm.TryMake(builder.Build(), null, out ReducedNormalForm? form, out GameRefusal refusal), refusal.ToString());
        Assert.Equal(1, form.Game.ProfileCount);
        Assert.Equal(1, form.Game.Payoff(0, [0]));
    }

    [Fact]
    public void A_normal_form_that_would_walk_the_tree_for_hours_is_refused()
    {
        // 2^15 strategies, each of them against 100,000 moves of chance.
        ExtensiveGameBuilder builder = new("wide", ["A"]);
        ImmutableArray<int> moves = builder.AddChance(0, Enumerable.Range(0, 100_000).Select(move => ($"m{move}", new Rational(1, 100_000))));
        for (int move = 0; move < moves.Length; move++)
        {
            foreach (int end in builder.AddDecision(moves[move], 0, $"{move % 15}", "l", "r"))
            {
                builder.AddEnd(end, end);
            }
        }

        Assert.False(ReducedNormalForm.TryMake(builder.Build(), new GameReadLimits { Payoffs = 1 << 16 }, out _, out GameRefusal refusal));
        Assert.Equal(GameRefusalKind.TooLarge, refusal.Kind);
    }

    private static string Long(int number) => string.Create(CultureInfo.InvariantCulture, $"{number + 1}{new string('7', 900)}{(2 * number) + 1}");

    private static GameRefusalKind Refused(string text)
    {
        Assert.False(ExtensiveFormFile.TryRead(text, null, out _, out GameRefusal refusal));
        return refusal.Kind;
    }
}
