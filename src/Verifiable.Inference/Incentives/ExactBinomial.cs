using System.Numerics;

namespace Verifiable.Inference.Incentives;

/// <summary>Computes tails of the binomial distribution exactly in integers and rounds once, at the end, to 28 decimals. Pure and thread-safe.</summary>
public static class ExactBinomial
{
    private const int Decimals = 28;

    /// <summary>Computes P(X ≥ <paramref name="atLeast"/>) for X ~ Bin(<paramref name="trials"/>, <paramref name="successProbability"/>).</summary>
    /// <param name="trials">The number of trials, from 0 to <see cref="SamplingEconomics.GreatestCount"/>.</param>
    /// <param name="successProbability">The probability of success of one trial, in [0, 1].</param>
    /// <param name="atLeast">The least number of successes counted; 0 or less gives 1, more than the trials gives 0.</param>
    /// <returns>The probability, rounded to the nearest 10⁻²⁸.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The trials or the probability are out of range.</exception>
    public static decimal UpperTail(int trials, decimal successProbability, int atLeast)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trials, SamplingEconomics.GreatestCount);
        ArgumentOutOfRangeException.ThrowIfNegative(successProbability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successProbability, 1m);
        if (atLeast <= 0)
        {
            return 1m;
        }

        if (atLeast > trials)
        {
            return 0m;
        }

        (BigInteger success, BigInteger whole) = AsFraction(successProbability);
        BigInteger failure = whole - success;

        // Σ_k C(m,k) s^k f^(m−k) by Horner's rule from k = m downwards, with the powers of f gathered on the way.
        BigInteger sum = BigInteger.Zero;
        BigInteger ways = BigInteger.One;
        BigInteger failures = BigInteger.One;
        for (int successes = trials; successes >= atLeast; successes--)
        {
            sum = (sum * success) + (ways * failures);
            ways = ways * successes / (trials - successes + 1);
            failures *= failure;
        }

        return Rounded(sum * BigInteger.Pow(success, atLeast), BigInteger.Pow(whole, trials));
    }

    /// <summary>Computes the probability that more than half of the seats have a property that each has with the given probability, P(Bin(m, q) &gt; m / 2).</summary>
    /// <param name="seats">The number of seats m, from 1 to <see cref="SamplingEconomics.GreatestCount"/>; exactly half is no majority.</param>
    /// <param name="share">The probability q, in [0, 1].</param>
    /// <returns>The probability, rounded to the nearest 10⁻²⁸.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static decimal MajorityProbability(int seats, decimal share)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seats, 1);
        return UpperTail(seats, share, (seats / 2) + 1);
    }

    private static (BigInteger Numerator, BigInteger Denominator) AsFraction(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        _ = decimal.GetBits(value, parts);
        BigInteger numerator = (Word(parts[2]) << 64) | (Word(parts[1]) << 32) | Word(parts[0]);
        int scale = (parts[3] >> 16) & 0xFF;
        return (numerator, BigInteger.Pow(10, scale));
    }

    private static BigInteger Word(int bits) => new(unchecked((uint)bits));

    internal static decimal Rounded(BigInteger numerator, BigInteger denominator)
    {
        BigInteger units = ((numerator * BigInteger.Pow(10, Decimals) * 2) + denominator) / (denominator * 2);
        Span<int> parts = [0, 0, 0, Decimals << 16];
        for (int part = 0; part < 3; part++)
        {
            parts[part] = unchecked((int)(uint)((units >> (32 * part)) & uint.MaxValue));
        }

        return new decimal(parts);
    }
}
