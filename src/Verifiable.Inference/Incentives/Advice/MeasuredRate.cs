using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>
/// Bounds a rate that was measured, such as the probability that a comparison convicts: the limits of C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the
/// case of the binomial", Biometrika 26 (1934), which hold for every true rate. Pure and thread-safe.
/// </summary>
/// <remarks>
/// The lower limit is the greatest rate p with P(Bin(N, p) ≥ X) ≤ 1 − confidence, the upper one by exchange of success and failure. The tail is bounded from above by sums whose every step is rounded up, so
/// a limit is never closer than it may be; it is a multiple of 10⁻¹². For two rates to hold together with a confidence γ, bound each with (1 + γ) / 2 (Bonferroni).
/// </remarks>
public static class MeasuredRate
{
    /// <summary>The greatest number of trials, 10^6.</summary>
    public const long GreatestTrials = 1_000_000;

    private const int Bits = 160;
    private static readonly BigInteger _whole = BigInteger.Pow(10, 12);

    /// <summary>Computes a rate that the true one exceeds, or equals, with the given confidence.</summary>
    /// <param name="successes">How often it happened, X.</param>
    /// <param name="trials">How often it could have happened, N, from 1 to <see cref="GreatestTrials"/>.</param>
    /// <param name="confidence">The confidence for this one side, in (0, 1).</param>
    /// <returns>The limit; 0 for no success.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static Rational LowerLimit(long successes, long trials, decimal confidence)
    {
        ThrowIfOutside(successes, trials, confidence);
        return new Rational(LowerSteps(successes, trials, 1m - confidence), _whole);
    }

    /// <summary>Computes a rate that the true one does not exceed with the given confidence.</summary>
    /// <returns>The limit; 1 where it happened every time.</returns>
    /// <inheritdoc cref="LowerLimit"/>
    public static Rational UpperLimit(long successes, long trials, decimal confidence)
    {
        ThrowIfOutside(successes, trials, confidence);
        return Rational.One - new Rational(LowerSteps(trials - successes, trials, 1m - confidence), _whole);
    }

    private static BigInteger LowerSteps(long successes, long trials, decimal error)
    {
        BigInteger least = BigInteger.Zero;
        BigInteger most = _whole * successes / trials;
        RoundedUp ways = successes == 0 ? default : Ways(trials, successes);
        RoundedUp bound = RoundedUp.Of(error, isDown: true);

        // The tail grows with p. It is P ≥ about a half at p = X / N, so what is sought lies below wherever the error is smaller; where it is not, X / N itself is the answer.
        while (successes > 0 && most - least > 1)
        {
            BigInteger middle = (least + most) / 2;
            (least, most) = Tail(successes, trials, middle, ways).CompareTo(bound) <= 0 ? (middle, most) : (least, middle);
        }

        return least;
    }

    // P(Bin(N, p) ≥ X), from above: the terms fall from X on, each by less than the one before, so the rest is less than a geometric series.
    private static RoundedUp Tail(long successes, long trials, BigInteger steps, RoundedUp ways)
    {
        if (steps.IsZero)
        {
            return default;
        }

        BigInteger failure = _whole - steps;
        RoundedUp term = ways * RoundedUp.Of(steps, _whole).Power(successes) * RoundedUp.Of(failure, _whole).Power(trials - successes);
        RoundedUp sum = term;
        for (long k = successes; k < trials; k++)
        {
            BigInteger numerator = steps * (trials - k);
            BigInteger denominator = failure * (k + 1);
            if (term.IsBelow(sum, Bits) && numerator < denominator)
            {
                return sum + (term * RoundedUp.Of(denominator, denominator - numerator));
            }

            term *= RoundedUp.Of(numerator, denominator);
            sum += term;
        }

        return sum;
    }

    private static RoundedUp Ways(long trials, long successes)
    {
        RoundedUp ways = RoundedUp.Of(BigInteger.One, BigInteger.One);
        long fewer = Math.Min(successes, trials - successes);
        for (long k = 1; k <= fewer; k++)
        {
            ways *= RoundedUp.Of(trials - fewer + k, k);
        }

        return ways;
    }

    private static void ThrowIfOutside(long successes, long trials, decimal confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trials, GreatestTrials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0m);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1m);
    }

    /// <summary>A positive number with a mantissa of so many bits and any exponent; every operation rounds up. <c>default</c> is 0.</summary>
    private readonly record struct RoundedUp(BigInteger Mantissa, long Exponent) : IComparable<RoundedUp>
    {
        public static RoundedUp Of(BigInteger numerator, BigInteger denominator)
        {
            BigInteger quotient = BigInteger.DivRem(numerator << (2 * Bits), denominator, out BigInteger rest);
            return Normal(quotient + (rest.IsZero ? 0 : 1), -2 * Bits);
        }

        public static RoundedUp Of(decimal value, bool isDown)
        {
            var exact = (Rational)value;
            return new RoundedUp(((exact.Numerator << (2 * Bits)) / exact.Denominator) + (isDown ? 0 : 1), -2 * Bits);
        }

        public static RoundedUp operator *(RoundedUp left, RoundedUp right) => Normal(left.Mantissa * right.Mantissa, left.Exponent + right.Exponent);

        public static RoundedUp operator +(RoundedUp left, RoundedUp right)
        {
            (RoundedUp low, RoundedUp high) = left.Exponent <= right.Exponent ? (left, right) : (right, left);
            long shift = high.Exponent - low.Exponent;
            return shift > 4 * Bits && !high.Mantissa.IsZero
                ? new RoundedUp(high.Mantissa + (low.Mantissa.IsZero ? 0 : 1), high.Exponent)
                : high.Mantissa.IsZero ? low : Normal((high.Mantissa << (int)shift) + low.Mantissa, low.Exponent);
        }

        public RoundedUp Power(long exponent)
        {
            RoundedUp result = Of(BigInteger.One, BigInteger.One);
            RoundedUp square = this;
            for (; exponent > 0; exponent >>= 1)
            {
                result = (exponent & 1) == 1 ? result * square : result;
                square *= square;
            }

            return result;
        }

        /// <summary>Says whether this is smaller than the other by so many bits.</summary>
        public bool IsBelow(RoundedUp other, int bits) => Mantissa.IsZero || Exponent + (long)Mantissa.GetBitLength() + bits < other.Exponent + (long)other.Mantissa.GetBitLength();

        public int CompareTo(RoundedUp other)
        {
            if (Mantissa.IsZero || other.Mantissa.IsZero)
            {
                return Mantissa.Sign - other.Mantissa.Sign;
            }

            long size = Exponent + (long)Mantissa.GetBitLength();
            long otherSize = other.Exponent + (long)other.Mantissa.GetBitLength();
            return size != otherSize ? size.CompareTo(otherSize)
                : Exponent >= other.Exponent ? (Mantissa << (int)(Exponent - other.Exponent)).CompareTo(other.Mantissa)
                : Mantissa.CompareTo(other.Mantissa << (int)(other.Exponent - Exponent));
        }

        private static RoundedUp Normal(BigInteger mantissa, long exponent)
        {
            int excess = (int)mantissa.GetBitLength() - Bits;
            return excess <= 0 ? new RoundedUp(mantissa, exponent) : new RoundedUp((mantissa >> excess) + ((mantissa & ((BigInteger.One << excess) - 1)).IsZero ? 0 : 1), exponent + excess);
        }
    }
}
