using System.Text;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>Gambit's strategic form: what is written is read back, and what is broken is refused with its reason.</summary>
public sealed class NormalFormFileTests
{
    private const string Head = "NFG 1 R \"a \\\"game\\\"\" { \"one\" \"two\" } ";

    [Fact]
    public void What_is_written_is_read_back() => RandomGames.Holds(RandomGames.Multiplayer(4, 3), game =>
        NormalFormFile.TryRead(NormalFormFile.Write(game), null, out NormalFormGame? read, out _)
        && read.StrategyCounts.SequenceEqual(game.StrategyCounts) && read.Payoffs.SequenceEqual(game.Payoffs)
        && NormalFormFile.Write(read) == NormalFormFile.Write(game));

    [Fact]
    public void The_first_players_strategy_changes_fastest()
    {
        NormalFormGame game = Read(Head + "{ 3 2 }\n\n1 1 0 2 0 2 1 1 0 3 2 0");
        Assert.Equal((Rational)1, game.Payoff(0, [0, 0]));
        Assert.Equal((Rational)2, game.Payoff(1, [1, 0]));
        Assert.Equal((Rational)2, game.Payoff(0, [2, 1]));
        Assert.Equal("a \"game\"", game.Names.Title);
    }

    [Fact]
    public void Outcomes_are_looked_up_and_zero_is_nothing()
    {
        NormalFormGame game = Read(Head + "{ { \"a\" \"b\" } { \"c\" \"d\" } } \"comment\" { { \"x\" 1/3, -2.5 } { \"y\" 1e2 0 } } 1 2 0 1");
        Assert.Equal(Rational.Parse("1/3"), game.Payoff(0, [0, 0]));
        Assert.Equal((Rational)100, game.Payoff(0, [1, 0]));
        Assert.Equal(Rational.Zero, game.Payoff(1, [0, 1]));
        Assert.Equal(Rational.Parse("-5/2"), game.Payoff(1, [1, 1]));
        Assert.Equal(["c", "d"], game.Names.Strategies[1].AsEnumerable());
    }

    [Theory]
    [InlineData("", GameRefusalKind.Malformed)]
    [InlineData("EFG 2 R", GameRefusalKind.Malformed)]
    [InlineData("NFG 1 R", GameRefusalKind.Malformed)]
    [InlineData("NFG 1 R \"never closed", GameRefusalKind.Malformed)]
    [InlineData("NFG 1 R \"\" { } { }", GameRefusalKind.EmptyPlayer)]
    [InlineData(Head + "{ 2 0 } 1", GameRefusalKind.EmptyPlayer)]
    [InlineData(Head + "{ { \"a\" } { } } 1 1", GameRefusalKind.EmptyPlayer)]
    [InlineData(Head + "{ 2 } 1", GameRefusalKind.Malformed)]
    [InlineData(Head + "{ 2 2 2 } 1", GameRefusalKind.Malformed)]
    [InlineData(Head + "{ -2 2 } 1", GameRefusalKind.Malformed)]
    [InlineData(Head + "{ 2147483647 2147483647 } 1", GameRefusalKind.TooLarge)]
    [InlineData(Head + "{ 99999999999999999999 1 } 1", GameRefusalKind.Malformed)]
    [InlineData(Head + "{ 1 1 } 1", GameRefusalKind.MissingPayoff)]
    [InlineData(Head + "{ 1 1 } 1 2 3", GameRefusalKind.ContradictoryPayoff)]
    [InlineData(Head + "{ 1 1 } 1 NaN", GameRefusalKind.BadNumber)]
    [InlineData(Head + "{ 1 1 } 1 Infinity", GameRefusalKind.BadNumber)]
    [InlineData(Head + "{ 1 1 } 1 1e999999999", GameRefusalKind.BadNumber)]
    [InlineData(Head + "{ 1 1 } 1 1/0", GameRefusalKind.BadNumber)]
    [InlineData(Head + "{ 1 1 } { { \"\" 1 } } 1", GameRefusalKind.MissingPayoff)]
    [InlineData(Head + "{ 1 1 } { { \"\" 1 2 3 } } 1", GameRefusalKind.ContradictoryPayoff)]
    [InlineData(Head + "{ 1 1 } { { \"\" 1 2 } } 2", GameRefusalKind.UnknownReference)]
    [InlineData(Head + "{ 1 1 } { { \"\" 1 2 } } -1", GameRefusalKind.UnknownReference)]
    [InlineData(Head + "{ 1 1 } { { \"\" 1 2 } }", GameRefusalKind.MissingPayoff)]
    [InlineData(Head + "{ 1 1 } { { \"\" 1 2 } } 1 1", GameRefusalKind.ContradictoryPayoff)]
    public void Broken_text_is_refused_with_its_reason(string text, GameRefusalKind expected)
    {
        Assert.False(NormalFormFile.TryRead(text, null, out NormalFormGame? game, out GameRefusal refusal));
        Assert.Null(game);
        Assert.Equal(expected, refusal.Kind);
        Assert.True(refusal.IsRefused);
    }

    [Fact]
    public void A_gigabyte_of_one_line_is_refused_after_the_limit()
    {
        using var stream = new EndlessStream((byte)'1', 1L << 30);
        Assert.False(NormalFormFile.TryRead(stream, null, out _, out GameRefusal refusal));
        Assert.Equal(GameRefusalKind.TextTooLongOrBroken, refusal.Kind);
        Assert.InRange(stream.Position, 1, (64 << 20) + (1 << 20));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        using var stream = new MemoryStream([0x4E, 0xFF, 0xFE, 0x47]);
        Assert.False(NormalFormFile.TryRead(stream, null, out _, out GameRefusal refusal));
        Assert.Equal(GameRefusalKind.TextTooLongOrBroken, refusal.Kind);
    }

    [Fact]
    public void Any_cut_or_changed_text_is_read_or_refused_and_never_throws()
    {
        string text = NormalFormFile.Write(SolverTests.Inspection(2));
        for (int length = 0; length < text.Length; length++)
        {
            _ = NormalFormFile.TryRead(text[..length], null, out _, out _);
            foreach (char change in "{}\"0/9-e. ")
            {
                bool read = NormalFormFile.TryRead(string.Concat(text.AsSpan(0, length), change.ToString(), text.AsSpan(length + 1)), null, out NormalFormGame? game, out GameRefusal refusal);
                Assert.Equal(read, !refusal.IsRefused);
                Assert.Equal(read, game is not null);
            }
        }
    }

    private static NormalFormGame Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Assert.True(NormalFormFile.TryRead(stream, null, out NormalFormGame? game, out GameRefusal refusal), refusal.ToString());
        return game;
    }

    private sealed class EndlessStream(byte value, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, length - _position);
            buffer.AsSpan(offset, read).Fill(value);
            _position += read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
