using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.PublishedGames;
using Verifiable.Inference.Tests.Incentives.Trees;

namespace Verifiable.Inference.Tests.Incentives.Checking;

/// <summary>Reading CheckMate's format: what is a game, what is refused, and that nothing else happens.</summary>
public sealed class CheckMateReaderTests
{
    private const string Head = """{"players":["A","B"],"actions":[],"infinitesimals":["e"],"constants":["a"],"initial_constraints":["a > 0"],"property_constraints":{"weak_immunity":[],"weaker_immunity":[],"collusion_resilience":[],"practicality":[]},"honest_histories":[["l"]],"tree":""";

    [Fact]
    public void Chance_and_information_sets_are_read_and_written()
    {
        string text = Head.Replace("""[["l"]]""", "[]", StringComparison.Ordinal) + """
            {"player":null,"children":[{"action":"audit","probability":"1/3","child":{"player":"A","information_set":"i","children":[{"action":"x","child":LEAF},{"action":"y","child":LEAF}]}},
            {"action":"none","probability":"2/3","child":{"player":"A","information_set":"i","children":[{"action":"x","child":LEAF},{"action":"y","child":LEAF}]}}]}}
            """.Replace("LEAF", """{"utility":[{"player":"B","value":2.5},{"player":"A","value":"-(a + 1) * 2 - e / 4"}]}""", StringComparison.Ordinal);
        Assert.True(ParametricGame.TryReadCheckMate(text, out ParametricGame? game, out GameRefusal refusal), refusal.ToString());
        _ = Assert.Single(game.Tree.InformationSets);
        Assert.Equal(new Rational(1, 3), game.Tree.ProbabilitiesOf(0)[0]);
        Assert.True(ParametricGame.TryReadCheckMate(game.ToCheckMate(), out ParametricGame? again, out _));
        Assert.Equal(game.ToCheckMate(), again.ToCheckMate());
        Assert.True(HonestPlan.TryChoose(game.Tree, _ => "x", out HonestPlan? plan, out _));
        Assert.Equal(IncentiveVerdict.Holds, IncentiveChecker.Check(game, plan, IncentiveProperty.Practicality).Verdict);
        Assert.Equal(IncentiveVerdict.Fails, IncentiveChecker.Check(game, plan, IncentiveProperty.WeakImmunity).Verdict);
    }

    [Theory]
    [InlineData("", GameRefusalKind.Malformed)]
    [InlineData("[]", GameRefusalKind.Malformed)]
    [InlineData("""{"players":["A","A"],"infinitesimals":[],"constants":[],"initial_constraints":[],"tree":{}}""", GameRefusalKind.EmptyPlayer)]
    [InlineData("""{"players":["A"],"infinitesimals":[],"constants":["a","a"],"initial_constraints":[],"tree":{}}""", GameRefusalKind.Malformed)]
    [InlineData("""{"players":["A"],"infinitesimals":[],"constants":[],"initial_constraints":["b > 0"],"tree":{}}""", GameRefusalKind.Malformed)]
    [InlineData("""{"players":["A"],"infinitesimals":[],"constants":[],"initial_constraints":[]}""", GameRefusalKind.Malformed)]
    public void A_wrong_head_is_refused(string text, GameRefusalKind expected) => Assert.Equal(expected, Refused(text));

    [Theory]
    [InlineData("{}", GameRefusalKind.InconsistentTree)]
    [InlineData("7", GameRefusalKind.Malformed)]
    [InlineData("""{"utility":[],"children":[]}""", GameRefusalKind.InconsistentTree)]
    [InlineData("""{"utility":[{"player":"A","value":0}]}""", GameRefusalKind.MissingPayoff)]
    [InlineData("""{"utility":[{"player":"A","value":0},{"player":"A","value":1}]}""", GameRefusalKind.ContradictoryPayoff)]
    [InlineData("""{"utility":[{"player":"C","value":0}]}""", GameRefusalKind.UnknownReference)]
    [InlineData("""{"utility":[{"player":"A","value":"b"},{"player":"B","value":0}]}""", GameRefusalKind.BadNumber)]
    [InlineData("""{"utility":[{"player":"A","value":"e * e"},{"player":"B","value":0}]}""", GameRefusalKind.BadNumber)]
    [InlineData("""{"utility":[{"player":"A","value":"1 / a"},{"player":"B","value":0}]}""", GameRefusalKind.BadNumber)]
    [InlineData("""{"utility":[{"player":"A","value":1e9999},{"player":"B","value":0}]}""", GameRefusalKind.BadNumber)]
    [InlineData("""{"utility":[{"player":"A","value":"\uD800"},{"player":"B","value":0}]}""", GameRefusalKind.TextTooLongOrBroken)]
    [InlineData("""{"player":"C","children":[]}""", GameRefusalKind.UnknownReference)]
    [InlineData("""{"player":"A","children":[]}""", GameRefusalKind.EmptyPlayer)]
    [InlineData("""{"player":"A","player":"B","children":[]}""", GameRefusalKind.Malformed)]
    [InlineData("""{"player":"A","children":[{"action":"l","child":LEAF},{"action":"l","child":LEAF}]}""", GameRefusalKind.InconsistentTree)]
    [InlineData("""{"player":"A","children":[{"action":"m","child":LEAF}]}""", GameRefusalKind.UnknownReference)]
    [InlineData("""{"player":null,"children":[{"action":"l","child":LEAF}]}""", GameRefusalKind.BadProbabilities)]
    [InlineData("""{"player":null,"children":[{"action":"l","probability":0.9,"child":LEAF}]}""", GameRefusalKind.BadProbabilities)]
    public void A_wrong_tree_is_refused(string tree, GameRefusalKind expected) =>
        Assert.Equal(expected, Refused(Head + tree.Replace("LEAF", """{"utility":[{"player":"A","value":0},{"player":"B","value":0}]}""", StringComparison.Ordinal) + "}"));

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        string deep = Head + string.Concat(Enumerable.Repeat("""{"player":"A","children":[{"action":"l","child":""", 60));
        Assert.False(ParametricGame.TryReadCheckMate(deep, out _, out GameRefusal refusal, new GameReadLimits { Depth = 4 }));
        Assert.Equal(GameRefusalKind.Malformed, refusal.Kind);
        Assert.False(ParametricGame.TryReadCheckMate(Head, out _, out refusal, new GameReadLimits { Characters = 10 }));
        Assert.Equal(GameRefusalKind.TextTooLongOrBroken, refusal.Kind);
        string nested = Head + """{"utility":[{"player":"A","value":"NEST"},{"player":"B","value":0}]}}""".Replace("NEST", new string('(', 3000), StringComparison.Ordinal);
        Assert.Equal(GameRefusalKind.BadNumber, Refused(nested));
        Assert.Equal(GameRefusalKind.BadNumber, Refused(nested.Replace('(', '-')));
    }

    [Fact]
    public void Any_file_with_a_piece_cut_out_or_doubled_is_read_or_refused() => RandomTrees.Check(
        numbers =>
        {
            string sample = CheckMateExamples.Find("splits_cr")!.ToCheckMate();
            int start = numbers[0] % sample.Length;
            int length = numbers[1] % Math.Min(200, sample.Length - start);
            string text = numbers[2] % 2 == 0 ? sample.Remove(start, length) : sample.Insert(start, sample.Substring(start, length));
            return ParametricGame.TryReadCheckMate(text, out ParametricGame? game, out GameRefusal refusal) ? game.Tree.NodeCount > 0 : refusal.IsRefused;
        },
        500);

    private static GameRefusalKind Refused(string text)
    {
        Assert.False(ParametricGame.TryReadCheckMate(text, out ParametricGame? game, out GameRefusal refusal));
        Assert.Null(game);
        return refusal.Kind;
    }
}
