using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Finds the fraction of least denominator in a closed interval by continued fractions (Knuth, TAOCP 2, section 4.5.3, exercise 39).</summary>
internal static class SimplestFraction
{
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
