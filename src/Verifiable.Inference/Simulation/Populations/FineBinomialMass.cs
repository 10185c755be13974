using System.Numerics;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>Decides what doubles leave open about a binomial mass: in fixed point with 256 fractional bits, against 128 random ones. Pure.</summary>
internal static class FineBinomialMass
{
    private const int FractionBits = 256;

    private static readonly BigInteger _one = BigInteger.One << FractionBits;
    private static readonly BigInteger _logTwo = LogFixed(2 * _one);
    private static readonly BigInteger _halfLogTwoPi = (_logTwo + LogFixed(Pi())) >> 1;

    // Bernoulli's numbers over 2k(2k − 1).
    private static readonly (int Numerator, int Denominator)[] _series = [(1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188), (-691, 360360), (1, 156), (-3617, 122400)];

    /// <summary>Tells whether a number of 128 bits is below f(x)·scale·2ᵇ.</summary>
    internal static bool IsKept(long trials, uint probability, long successes, int block, double scale, ulong high, ulong low)
    {
        BigInteger uniform = ((BigInteger)high << 64) | low;
        return uniform.IsZero || Log(uniform, BigInteger.One << 128) < LogMass(trials, probability, successes) + LogOfDouble(scale) + (block * _logTwo);
    }

    /// <summary>Computes ln f(x), times 2²⁵⁶; to within 2⁻¹²⁰ where successes and failures are 2000 or more.</summary>
    internal static BigInteger LogMass(long trials, uint probability, long successes)
    {
        BigInteger x = successes;
        BigInteger rest = trials - successes;
        return LogFactorial(trials) - LogFactorial(x) - LogFactorial(rest)
            + (x * Log(probability, BigInteger.One << 32)) + (rest * Log((BigInteger.One << 32) - probability, BigInteger.One << 32));
    }

    private static BigInteger LogFactorial(BigInteger z)
    {
        if (z < 64)
        {
            BigInteger product = BigInteger.One;
            for (BigInteger factor = 2; factor <= z; factor++)
            {
                product *= factor;
            }

            return Log(product, BigInteger.One);
        }

        BigInteger sum = BigInteger.Zero;
        BigInteger power = z;
        foreach ((int numerator, int denominator) in _series)
        {
            sum += numerator * _one / (denominator * power);
            power *= z * z;
        }

        return ((((2 * z) + 1) * Log(z, BigInteger.One)) >> 1) - (z << FractionBits) + _halfLogTwoPi + sum;
    }

    private static BigInteger LogOfDouble(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF) - 1075;
        return Log((bits & 0x000F_FFFF_FFFF_FFFF) | 0x0010_0000_0000_0000, BigInteger.One) + (exponent * _logTwo);
    }

    /// <summary>Computes the logarithm of a positive fraction, times 2²⁵⁶.</summary>
    internal static BigInteger Log(BigInteger numerator, BigInteger denominator)
    {
        int shift = (int)(numerator.GetBitLength() - denominator.GetBitLength());
        BigInteger scaled = shift >= 0 ? (numerator << FractionBits) / (denominator << shift) : (numerator << (FractionBits - shift)) / denominator;
        return LogFixed(scaled) + (shift * _logTwo);
    }

    // ln z = 2 artanh((z − 1)/(z + 1)) for z from ½ to 4.
    private static BigInteger LogFixed(BigInteger z)
    {
        BigInteger s = ((z - _one) << FractionBits) / (z + _one);
        BigInteger square = (s * s) >> FractionBits;
        BigInteger power = s;
        BigInteger sum = BigInteger.Zero;
        for (int k = 1; BigInteger.Abs(power) > BigInteger.One; k += 2)
        {
            sum += power / k;
            power = (power * square) >> FractionBits;
        }

        return 2 * sum;
    }

    // Machin's formula.
    private static BigInteger Pi() => 4 * ((4 * ArcTangentOfInverse(5)) - ArcTangentOfInverse(239));

    private static BigInteger ArcTangentOfInverse(int x)
    {
        BigInteger power = _one / x;
        BigInteger sum = power;
        for (int k = 3; !power.IsZero; k += 2)
        {
            power = -power / (x * x);
            sum += power / k;
        }

        return sum;
    }
}
