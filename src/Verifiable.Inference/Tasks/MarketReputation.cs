namespace Verifiable.Inference.Tasks;

/// <summary>
/// What a market remembers of a provider's tasks: a number from −2^20 to 2^20 that moves by a sixteenth of the way at each task and halves its distance from zero every day. For people to look
/// at: nothing that moves money reads it. Integers only, the same on every machine. <c>default</c> is that of a stranger.
/// </summary>
/// <param name="Score">The score at the time.</param>
/// <param name="Time">When it was set, in milliseconds since 1970-01-01 UTC.</param>
public readonly record struct MarketReputation(int Score, long Time)
{
    /// <summary>The largest score: 2^20.</summary>
    public const int Greatest = 1 << 20;

    private const long HalfLife = 86_400_000;

    /// <summary>Gets the score at a time, halved for every whole day since it was set.</summary>
    /// <param name="now">The time, in milliseconds since 1970-01-01 UTC.</param>
    public int ScoreAt(long now)
    {
        long halvings = Math.Clamp((now - Time) / HalfLife, 0, 32);
        return (int)(Score / (1L << (int)halvings));
    }

    /// <summary>Gets the reputation after a task went well or not.</summary>
    /// <param name="wasGood">Whether the provider answered and the answer stood.</param>
    /// <param name="now">The time, in milliseconds since 1970-01-01 UTC.</param>
    public MarketReputation After(bool wasGood, long now)
    {
        int score = ScoreAt(now);
        return new MarketReputation(score + (((wasGood ? Greatest : -Greatest) - score) / 16), now);
    }
}
