using System.Numerics;
using Verifiable.Inference.Incentives.Dynamics;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// Decides whether a proposal for a binomial number is kept: whether a uniform number is below C(2m, m + i)/4ᵐ·2ᵏ·K with K = 1.46√m rounded. In doubles with a stated error where that decides; in fixed point
/// with 192 fractional bits and 128 random ones where it does not, once in some 10¹¹ proposals.
/// </summary>
/// <remarks>
/// ln C(2m, m + i)/4ᵐ = ½ ln(m/(π(m + i)(m − i))) + s(2m) − s(m + i) − s(m − i) − D, where s is the rest of Stirling's series and D = m Σ t²ʲ/(j(2j − 1)), t = i/m, has only positive terms (the form of
/// Loader, "Fast and accurate computation of binomial probabilities", 2000).
/// </remarks>
internal static class HalfBinomialTest
{
    // The logarithm's error in doubles is below 10⁻¹³: D is at most 900, and where it is above 60 the proposal is refused by any word but 0.
    private const double Doubt = 1e-12;
    private const int FractionBits = 192;
    private const double TwoTo64 = 18446744073709551616.0;

    private static readonly BigInteger _one = BigInteger.One << FractionBits;
    private static readonly BigInteger _logTwo = LogOfRatio(2, 1);
    private static readonly BigInteger _logPi = LogFixed(Pi());

    /// <summary>Tells whether a proposal is kept.</summary>
    /// <param name="half">Half the number of trials, m, at least 2¹⁴.</param>
    /// <param name="distance">The distance i from m.</param>
    /// <param name="block">The block k.</param>
    /// <param name="word">The first 64 bits of the uniform number.</param>
    /// <param name="words">Further bits, where they are needed.</param>
    internal static bool IsKept(long half, long distance, int block, ulong word, ref RandomWords words)
    {
        double kept = Approximate(half, distance, block) * TwoTo64;
        double below = kept * (1 - Doubt);
        double above = (kept * (1 + Doubt)) + 1;
        return word < below || (!(word > above) && IsKeptExactly(half, distance, block, word, words.Next()));
    }

    /// <summary>Computes the probability to keep, to within 10⁻¹² of it.</summary>
    internal static double Approximate(long half, long distance, int block)
    {
        double m = half;
        double t = distance / m;
        double square = t * t;
        double power = square;
        double sum = 0;
        for (int j = 1; power > sum * 1e-18 && j < 1000; j++)
        {
            sum += power / (j * ((2.0 * j) - 1));
            power *= square;
        }

        double spread = (1 - t) * (1 + t);
        double rest = Stirling(2 * m) - Stirling(m + distance) - Stirling(m - distance);
        double root = Math.Sqrt(1 / (Math.PI * m * spread));
        return root * Scale(half) * (1L << block) * StableFunctions.Exp(rest - (m * sum));
    }

    /// <summary>Decides with 128 random bits and 192 fractional ones.</summary>
    internal static bool IsKeptExactly(long half, long distance, int block, ulong high, ulong low)
    {
        BigInteger m = half;
        BigInteger i = distance;
        BigInteger t = (i << FractionBits) / m;
        BigInteger square = (t * t) >> FractionBits;
        BigInteger power = square;
        BigInteger sum = BigInteger.Zero;
        for (int j = 1; !power.IsZero; j++)
        {
            sum += power / (j * ((2 * j) - 1));
            power = (power * square) >> FractionBits;
        }

        BigInteger spread = LogOfRatio(m, (m + i) * (m - i)) - _logPi;
        BigInteger kept = (spread >> 1) + Stirling(2 * m) - Stirling(m + i) - Stirling(m - i) - (m * sum) + (block * _logTwo) + LogOfDouble(Scale(half));
        BigInteger uniform = ((BigInteger)high << 64) | low;
        return uniform.IsZero || LogOfRatio(uniform, BigInteger.One << 128) < kept;
    }

    private static double Scale(long half) => 1.46 * Math.Sqrt(half);

    private static double Stirling(double z)
    {
        double inverse = 1 / z;
        double square = inverse * inverse;
        return inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square / 1260))));
    }

    // Bernoulli's numbers over 2k(2k − 1): the error at z ≥ 2¹³ is below 2⁻²⁰⁰.
    private static BigInteger Stirling(BigInteger z)
    {
        (int Numerator, int Denominator)[] terms = [(1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188), (-691, 360360), (1, 156)];
        BigInteger sum = BigInteger.Zero;
        BigInteger power = z;
        foreach ((int numerator, int denominator) in terms)
        {
            sum += (numerator * _one) / (denominator * power);
            power *= z * z;
        }

        return sum;
    }

    private static BigInteger LogOfDouble(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF) - 1075;
        BigInteger mantissa = (bits & 0x000F_FFFF_FFFF_FFFF) | 0x0010_0000_0000_0000;
        return LogOfRatio(mantissa, 1) + (exponent * _logTwo);
    }

    private static BigInteger LogOfRatio(BigInteger numerator, BigInteger denominator)
    {
        int shift = (int)(denominator.GetBitLength() - numerator.GetBitLength());
        BigInteger scaled = (numerator << (FractionBits + Math.Max(shift, 0) + 8)) / (denominator << (8 + Math.Max(-shift, 0)));
        return LogFixed(scaled) - (shift == 0 ? BigInteger.Zero : shift * _logTwo);
    }

    // ln z = 2 artanh((z − 1)/(z + 1)) for z in (½, 4).
    private static BigInteger LogFixed(BigInteger z)
    {
        BigInteger s = ((z - _one) << FractionBits) / (z + _one);
        BigInteger square = (s * s) >> FractionBits;
        BigInteger power = s;
        BigInteger sum = BigInteger.Zero;
        for (int k = 1; !power.IsZero && power != BigInteger.MinusOne; k += 2)
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
