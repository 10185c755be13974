namespace Verifiable.Inference.Incentives.Games;

/// <summary>
/// Adds fractions that come from outside, within bounds: no sum of more bits than <see cref="GreatestBits"/>, and no more work than some seconds' altogether. Without, a file of some megabytes makes sums of
/// millions of digits, each of which takes the square of that. Not thread-safe.
/// </summary>
internal sealed class BoundedSums
{
    /// <summary>The greatest number of bits of a numerator or a denominator, 2¹⁶: some 20,000 digits.</summary>
    public const int GreatestBits = 1 << 16;

    // An addition of fractions of n words takes a greatest common divisor of 2n words, some n² steps.
    private const int BitsPerWord = 64;
    private long _work = 1L << 30;

    public bool TryAdd(Rational left, Rational right, out Rational sum)
    {
        if (!left.IsNarrow || !right.IsNarrow)
        {
            long words = (left.LongerPartBits + right.LongerPartBits) / BitsPerWord;
            _work -= words * words;
        }

        sum = _work < 0 ? Rational.Zero : left + right;
        return _work >= 0 && sum.LongerPartBits <= GreatestBits;
    }
}
