using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Finds the fraction of least denominator in an interval by continued fractions (Knuth, TAOCP 2, section 4.5.3, exercise 39).</summary>
internal static class SimplestFraction
{
    /// <summary>Finds it strictly inside two bounds, of which the lower one is at least 0 and below the other.</summary>
    internal static Rational Inside(Rational low, Rational high)
    {
        Rational whole = BigInteger.Divide(low.Numerator, low.Denominator);
        if (whole + Rational.One < high)
        {
            return whole + Rational.One;
        }

        if (low.IsInteger)
        {
            // The first 1/n that is below high − low.
            Rational reciprocal = Rational.One / (high - whole);
            return whole + (Rational.One / (BigInteger.Divide(reciprocal.Numerator, reciprocal.Denominator) + BigInteger.One));
        }

        return whole + (Rational.One / Inside(Rational.One / (high - whole), Rational.One / (low - whole)));
    }

    /// <summary>Finds it between two bounds, either of which may be it.</summary>
    internal static Rational Between(Rational low, Rational high)
    {
        if (low.Sign < 0)
        {
            return high.Sign >= 0 ? Rational.Zero : -Between(-high, -low);
        }

        // The numbers have at most some thousand bits, and every turn takes at least one off.
        var whole = BigInteger.Divide(low.Numerator, low.Denominator);
        if (low.IsInteger)
        {
            return low;
        }

        Rational next = whole + BigInteger.One;
        return next <= high ? next : whole + (Rational.One / Between(Rational.One / (high - whole), Rational.One / (low - whole)));
    }
}
