using System.Text;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.PublishedGames;

namespace Verifiable.Inference.Tests.Incentives.Trees;

/// <summary>What is a game and what is refused, by the builder and by the reader of files.</summary>
public sealed class ExtensiveGameTests
{
    // One card of two, an outcome on the way, a set and outcomes that are described once, and nameless actions.
    private const string Sample = """
        EFG 2 R "sample" { "Ann" "Bob" } "a comment"
        c "deal" 1 "cards" { "ace" 1/4 "king" 0.75 } 0
        p "" 1 1 "ace" { "" "" } 1 "ante" { -1, 1 }
        t "" 2 "two" { 2.5, -2.5 }
        p "" 2 1 "unseen" { "call" "fold" } 0
        t "" 2
        t "" 0
        p "" 1 2 "king" { "in" "out" } 1
        p "" 2 1 0
        t "" 3 "three" { -1/3 1/3 }
        t "" 2 "two" { 5/2 -5/2 }
        t "" 1
        """;

    [Fact]
    public void A_file_is_read_with_every_number_exact()
    {
        ExtensiveGame game = Read(Sample);
        Assert.Equal(["Ann", "Bob"], game.Players.AsEnumerable());
        Assert.Equal(11, game.NodeCount);
        Assert.Equal(3, game.InformationSets.Length);
        Assert.Equal(["1", "2"], game.ActionsOf(1).AsEnumerable());
        Assert.Equal(2, game.InformationSets[1].Nodes.Length);
        Assert.Equal([new Rational(1, 4), new Rational(3, 4)], game.ProbabilitiesOf(0).AsEnumerable());
        Assert.Equal(new Rational(3, 2), game.PayoffOf(game.Find(["ace", "1"]), 0));
        Assert.Equal((Rational)(-1), game.PayoffOf(game.Find(["ace", "2", "fold"]), 0));
        Assert.Equal(new Rational(-4, 3), game.PayoffOf(game.Find(["king", "in", "call"]), 0));
        Assert.Equal((Rational)(-2), game.PayoffOf(game.Find(["king", "out"]), 0));
        Assert.True(game.HasPerfectRecall);
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same_text() => RandomTrees.Check(
        numbers =>
        {
            string text = ExtensiveFormFile.Write(RandomTrees.Numeric(numbers, hasChance: true, hasSets: true));
            return ExtensiveFormFile.Write(Read(text)) == text;
        },
        200);

    [Fact]
    public void A_file_reads_back_with_the_same_payoffs()
    {
        ExtensiveGame game = Read(Sample);
        ExtensiveGame again = Read(ExtensiveFormFile.Write(game));
        Assert.Equal(game.Terminal.VectorOf, again.Terminal.VectorOf);
        Assert.Equal(game.Terminal.Vectors, again.Terminal.Vectors);
    }

    [Theory]
    [InlineData("", GameRefusalKind.Malformed)]
    [InlineData("EFG 3 R \"t\" { \"A\" } t \"\" 0", GameRefusalKind.Malformed)]
    [InlineData("EFG 2 R \"t\" { } t \"\" 0", GameRefusalKind.EmptyPlayer)]
    [InlineData("EFG 2 R \"t\" { \"A\" } p \"\" 2 1 \"\" { \"x\" } 0 t \"\" 0", GameRefusalKind.UnknownReference)]
    [InlineData("EFG 2 R \"t\" { \"A\" } p \"\" 1 1 0 t \"\" 0", GameRefusalKind.UnknownReference)]
    [InlineData("EFG 2 R \"t\" { \"A\" } p \"\" 1 1 \"\" { } 0", GameRefusalKind.EmptyPlayer)]
    [InlineData("EFG 2 R \"t\" { \"A\" } p \"\" 1 1 \"\" { \"x\" \"y\" } 0 t \"\" 0", GameRefusalKind.MissingPayoff)]
    [InlineData("EFG 2 R \"t\" { \"A\" } c \"\" 1 \"\" { \"x\" 1/2 \"y\" 1/3 } 0 t \"\" 0 t \"\" 0", GameRefusalKind.BadProbabilities)]
    [InlineData("EFG 2 R \"t\" { \"A\" } c \"\" 1 \"\" { \"x\" -1 \"y\" 2 } 0 t \"\" 0 t \"\" 0", GameRefusalKind.BadProbabilities)]
    [InlineData("EFG 2 R \"t\" { \"A\" } c \"\" 1 \"\" { \"x\" } 0 t \"\" 0", GameRefusalKind.BadProbabilities)]
    [InlineData("EFG 2 R \"t\" { \"A\" \"B\" } t \"\" 1 \"\" { 1 }", GameRefusalKind.MissingPayoff)]
    [InlineData("EFG 2 R \"t\" { \"A\" } t \"\" 1 \"\" { 1 2 }", GameRefusalKind.ContradictoryPayoff)]
    [InlineData("EFG 2 R \"t\" { \"A\" } t \"\" 1 \"\" { NaN }", GameRefusalKind.BadNumber)]
    [InlineData("EFG 2 R \"t\" { \"A\" } t \"\" 1 \"\" { 1e999999 }", GameRefusalKind.BadNumber)]
    [InlineData("EFG 2 R \"t\" { \"A\" } t \"\" 1", GameRefusalKind.MissingPayoff)]
    [InlineData("EFG 2 R \"t\" { \"A\" } p \"\" 1 1 \"\" { \"x\" \"y\" } 0 t \"\" 1 \"\" { 1 } t \"\" 1 \"\" { 2 }", GameRefusalKind.ContradictoryPayoff)]
    [InlineData("EFG 2 R \"t\" { \"A\" } p \"\" 1 1 \"\" { \"x\" } 0 p \"\" 1 1 \"\" { \"z\" } 0 t \"\" 0", GameRefusalKind.InconsistentTree)]
    [InlineData("EFG 2 R \"t\" { \"A\" } t \"\" 0 t \"\" 0", GameRefusalKind.Malformed)]
    public void A_wrong_file_is_refused(string text, GameRefusalKind expected)
    {
        Assert.False(ExtensiveFormFile.TryRead(text, null, out ExtensiveGame? game, out GameRefusal refusal));
        Assert.Null(game);
        Assert.Equal(expected, refusal.Kind);
    }

    [Fact]
    public void Any_file_with_a_piece_cut_out_or_doubled_is_read_or_refused() => RandomTrees.Check(
        numbers =>
        {
            int start = numbers[0] % Sample.Length;
            int length = numbers[1] % (Sample.Length - start);
            string text = numbers[2] % 2 == 0 ? Sample.Remove(start, length) : Sample.Insert(start, Sample.Substring(start, length));
            return ExtensiveFormFile.TryRead(text, null, out ExtensiveGame? game, out GameRefusal refusal) ? game.NodeCount > 0 : refusal.IsRefused;
        },
        500);

    [Fact]
    public void Files_beyond_the_limits_are_refused()
    {
        GameReadLimits limits = new() { Nodes = 4, Characters = 1000, Depth = 3 };
        Assert.False(ExtensiveFormFile.TryRead(Sample, limits, out _, out GameRefusal refusal));
        Assert.Equal(GameRefusalKind.TooLarge, refusal.Kind);
        Assert.False(ExtensiveFormFile.TryRead(new string(' ', 1001), limits, out _, out refusal));
        Assert.Equal(GameRefusalKind.TextTooLongOrBroken, refusal.Kind);
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(new string('x', 5000)));
        Assert.False(ExtensiveFormFile.TryRead(stream, limits, out _, out refusal));
        Assert.Equal(GameRefusalKind.TextTooLongOrBroken, refusal.Kind);
        string chain = "EFG 2 R \"t\" { \"A\" } " + string.Concat(Enumerable.Repeat("p \"\" 1 1 \"\" { \"x\" } 0 ", 9)) + "t \"\" 0";
        Assert.False(ExtensiveFormFile.TryRead(chain, limits with { Nodes = 100 }, out _, out refusal));
        Assert.Equal(GameRefusalKind.TooLarge, refusal.Kind);
    }

    [Fact]
    public void The_builder_refuses_what_is_no_game()
    {
        Assert.Equal(GameRefusalKind.EmptyPlayer, Refused(new ExtensiveGameBuilder("t", [])));
        Assert.Equal(GameRefusalKind.EmptyPlayer, Refused(new ExtensiveGameBuilder("t", ["A", "A"])));
        Assert.Equal(GameRefusalKind.MissingPayoff, Refused(new ExtensiveGameBuilder("t", ["A"])));

        ExtensiveGameBuilder torn = new("t", ["A"]);
        torn.AddEnd(torn.AddDecision(0, 0, "same", "x", "y")[0], 0);
        torn.AddEnd(torn.AddDecision(2, 0, "same", "x", "z")[0], 0);
        torn.AddEnd(4, 0);
        Assert.Equal(GameRefusalKind.InconsistentTree, Refused(torn));

        ExtensiveGameBuilder twice = new("t", ["A"]);
        _ = twice.AddDecision(0, 0, "s", "x", "x");
        Assert.Equal(GameRefusalKind.MissingPayoff, Refused(new ExtensiveGameBuilder("t", ["A"])));
        _ = Assert.Throws<ArgumentException>(() => twice.AddEnd(0, 1));
        _ = Assert.Throws<ArgumentException>(() => twice.AddEnd(7, 1));
    }

    [Fact]
    public void Forgetting_is_seen()
    {
        Assert.True(KuhnPoker.Build().HasPerfectRecall);

        // The absent-minded driver (Piccione and Rubinstein, 1997) is twice at one set on one path.
        ExtensiveGameBuilder driver = new("driver", ["driver"]);
        System.Collections.Immutable.ImmutableArray<int> first = driver.AddDecision(0, 0, "exit", "exit", "on");
        System.Collections.Immutable.ImmutableArray<int> second = driver.AddDecision(first[1], 0, "exit", "exit", "on");
        driver.AddEnd(first[0], 0);
        driver.AddEnd(second[0], 4);
        driver.AddEnd(second[1], 1);
        Assert.False(driver.Build().HasPerfectRecall);
        _ = Assert.Throws<InvalidOperationException>(() => driver.Build().Regret(BehaviorProfile.Uniform(driver.Build())));

        // Forgetting what was drawn is no sin; forgetting one's own choice is.
        ExtensiveGameBuilder choice = new("choice", ["A"]);
        System.Collections.Immutable.ImmutableArray<int> own = choice.AddDecision(0, 0, "first", "l", "r");
        foreach (int node in own)
        {
            foreach (int end in choice.AddDecision(node, 0, "second", "l", "r"))
            {
                choice.AddEnd(end, 0);
            }
        }

        Assert.False(choice.Build().HasPerfectRecall);
    }

    private static ExtensiveGame Read(string text)
    {
        Assert.True(ExtensiveFormFile.TryRead(text, null, out ExtensiveGame? game, out GameRefusal refusal), refusal.ToString());
        return game;
    }

    private static GameRefusalKind Refused(ExtensiveGameBuilder builder)
    {
        Assert.False(builder.TryBuild(out _, out GameRefusal refusal));
        return refusal.Kind;
    }
}
