using System.Numerics;

namespace Verifiable.Inference.Incentives.Games;

/// <content>The four operations: 128-bit integers as long as every intermediate product fits, big integers otherwise.</content>
public readonly partial struct Rational
{
    /// <summary>Adds two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static Rational operator +(Rational left, Rational right)
    {
        if (left._wide is null && right._wide is null)
        {
            if (left._denominator == right._denominator && left._denominator == Int128.Zero)
            {
                return FromSum(left._numerator + right._numerator);
            }

            // Knuth, TAOCP volume 2, section 4.5.1: dividing by the gcd of the denominators first keeps the numbers small.
            Int128 leftDenominator = left.NarrowDenominator;
            Int128 rightDenominator = right.NarrowDenominator;
            Int128 divisor = GreatestCommonDivisor(leftDenominator, rightDenominator);
            Int128 leftRest = leftDenominator / divisor;
            if (TryMultiply(left._numerator, rightDenominator / divisor, out Int128 first)
                && TryMultiply(right._numerator, leftRest, out Int128 second)
                && TryMultiply(leftRest, rightDenominator, out Int128 denominator))
            {
                Int128 sum = first + second;
                Int128 common = GreatestCommonDivisor(Int128.Abs(sum), divisor);
                sum /= common;
                return IsWithin(sum) ? new Rational(sum, denominator / common) : new Rational((BigInteger)sum, denominator / common);
            }
        }

        return new Rational((left.Numerator * right.Denominator) + (right.Numerator * left.Denominator), left.Denominator * right.Denominator);
    }

    /// <summary>Negates a number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The number with the other sign.</returns>
    public static Rational operator -(Rational value) =>
        value._wide is null ? new Rational(-value._numerator, value.NarrowDenominator) : new Rational(-value._wide.Numerator, value._wide.Denominator);

    /// <summary>Subtracts one number from another.</summary>
    /// <param name="left">What is subtracted from.</param>
    /// <param name="right">What is subtracted.</param>
    /// <returns>The difference.</returns>
    public static Rational operator -(Rational left, Rational right) => left + -right;

    /// <summary>Multiplies two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>The product.</returns>
    public static Rational operator *(Rational left, Rational right)
    {
        if (left._wide is null && right._wide is null)
        {
            Int128 leftNumerator = left._numerator;
            Int128 rightNumerator = right._numerator;
            Int128 leftDenominator = left.NarrowDenominator;
            Int128 rightDenominator = right.NarrowDenominator;
            Cancel(ref leftNumerator, ref rightDenominator);
            Cancel(ref rightNumerator, ref leftDenominator);
            if (TryMultiply(leftNumerator, rightNumerator, out Int128 numerator) && TryMultiply(leftDenominator, rightDenominator, out Int128 denominator))
            {
                return new Rational(numerator, denominator);
            }
        }

        return new Rational(left.Numerator * right.Numerator, left.Denominator * right.Denominator);
    }

    /// <summary>Divides one number by another.</summary>
    /// <param name="left">What is divided.</param>
    /// <param name="right">What it is divided by, not zero.</param>
    /// <returns>The quotient.</returns>
    /// <exception cref="DivideByZeroException"><paramref name="right"/> is zero.</exception>
    public static Rational operator /(Rational left, Rational right)
    {
        if (right.IsZero)
        {
            throw new DivideByZeroException("Expected a divisor that is not zero, got 0.");
        }

        if (right._wide is not null)
        {
            return new Rational(left.Numerator * right.Denominator, left.Denominator * right.Numerator);
        }

        Int128 sign = Int128.Sign(right._numerator);
        return left * new Rational(right.NarrowDenominator * sign, right._numerator * sign);
    }

    /// <summary>Compares two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool operator ==(Rational left, Rational right) => left.Equals(right);

    /// <summary>Compares two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(Rational left, Rational right) => !left.Equals(right);

    /// <summary>Compares two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the first is less.</returns>
    public static bool operator <(Rational left, Rational right) => left.CompareTo(right) < 0;

    /// <summary>Compares two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the first is less or equal.</returns>
    public static bool operator <=(Rational left, Rational right) => left.CompareTo(right) <= 0;

    /// <summary>Compares two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the first is greater.</returns>
    public static bool operator >(Rational left, Rational right) => left.CompareTo(right) > 0;

    /// <summary>Compares two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the first is greater or equal.</returns>
    public static bool operator >=(Rational left, Rational right) => left.CompareTo(right) >= 0;

    private static Rational FromSum(Int128 sum) => IsWithin(sum) ? new Rational(sum, Int128.One) : new Rational(sum, BigInteger.One);

    private static bool IsWithin(Int128 value) => BitLength(value) <= NarrowBits;

    private static void Cancel(ref Int128 numerator, ref Int128 denominator)
    {
        if (denominator == Int128.One)
        {
            return;
        }

        Int128 divisor = GreatestCommonDivisor(Int128.Abs(numerator), denominator);
        if (divisor != Int128.One)
        {
            numerator /= divisor;
            denominator /= divisor;
        }
    }

    // Says no a little too early for some products that would fit; the wide path then gives the same number.
    private static bool TryMultiply(Int128 left, Int128 right, out Int128 product)
    {
        if (BitLength(left) + BitLength(right) <= NarrowBits)
        {
            product = unchecked(left * right);
            return true;
        }

        product = default;
        return false;
    }

    private static int BitLength(Int128 value) => 128 - (int)UInt128.LeadingZeroCount((UInt128)Int128.Abs(value));

    private static Int128 GreatestCommonDivisor(Int128 left, Int128 right)
    {
        UInt128 a = (UInt128)left;
        UInt128 b = (UInt128)right;
        while (b > ulong.MaxValue)
        {
            (a, b) = (b, a % b);
        }

        if (b == UInt128.Zero)
        {
            return (Int128)a;
        }

        ulong small = (ulong)b;
        ulong rest = (ulong)(a % b);
        while (rest != 0)
        {
            (small, rest) = (rest, small % rest);
        }

        return small;
    }
}
