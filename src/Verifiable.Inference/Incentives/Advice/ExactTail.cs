using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>Exact majorities: as <see cref="ExactBinomial"/>, not rounded. Polynomial in the share, also outside [0, 1].</summary>
internal static class ExactTail
{
    /// <summary>P(Bin(m, q) > m / 2).</summary>
    internal static Rational Majority(int seats, Rational share)
    {
        // Over a common denominator, so that the sum is one of integers: Σ_k C(m, k) s^k f^(m − k) / w^m.
        BigInteger whole = share.Denominator;
        BigInteger success = share.Numerator;
        BigInteger failure = whole - success;
        int least = (seats / 2) + 1;
        BigInteger sum = BigInteger.Zero;
        BigInteger ways = BigInteger.One;
        BigInteger failures = BigInteger.One;
        for (int successes = seats; successes >= least; successes--)
        {
            sum = (sum * success) + (ways * failures);
            ways = ways * successes / (seats - successes + 1);
            failures *= failure;
        }

        return new Rational(sum * BigInteger.Pow(success, least), BigInteger.Pow(whole, seats));
    }
}
