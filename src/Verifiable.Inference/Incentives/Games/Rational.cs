using System.Numerics;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>
/// Holds an exact fraction in lowest terms with a positive denominator. Numbers whose numerator and denominator lie below 2¹²⁶ are two 128-bit integers; larger ones are
/// held as big integers, so that nothing ever wraps or rounds. A number has one representation: equality compares fields. Immutable and thread-safe; <c>default</c> is zero.
/// </summary>
public readonly partial struct Rational : IEquatable<Rational>, IComparable<Rational>, IFormattable
{
    // Both magnitudes of a narrow number stay below 2^126, so that a sum of two numerators fits without a check.
    private const int NarrowBits = 126;

    private readonly Int128 _numerator;

    // 0 stands for 1, so that default is zero.
    private readonly Int128 _denominator;
    private readonly WideFraction? _wide;

    /// <summary>Initializes a fraction and reduces it.</summary>
    /// <param name="numerator">The numerator.</param>
    /// <param name="denominator">The denominator, not zero; its sign moves to the numerator.</param>
    /// <exception cref="DivideByZeroException"><paramref name="denominator"/> is zero.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
        {
            throw new DivideByZeroException("Expected a denominator that is not zero, got 0.");
        }

        if (denominator.Sign < 0)
        {
            numerator = -numerator;
            denominator = -denominator;
        }

        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        if (!divisor.IsOne)
        {
            numerator /= divisor;
            denominator /= divisor;
        }

        if (BigInteger.Abs(numerator).GetBitLength() <= NarrowBits && denominator.GetBitLength() <= NarrowBits)
        {
            _numerator = (Int128)numerator;
            _denominator = denominator.IsOne ? Int128.Zero : (Int128)denominator;
        }
        else
        {
            _wide = new WideFraction(numerator, denominator);
        }
    }

    private Rational(Int128 numerator, Int128 denominator)
    {
        _numerator = numerator;
        _denominator = denominator == Int128.One ? Int128.Zero : denominator;
    }

    /// <summary>Gets 0.</summary>
    public static Rational Zero => default;

    /// <summary>Gets 1.</summary>
    public static Rational One { get; } = new(Int128.One, Int128.One);

    /// <summary>Gets the numerator in lowest terms; it carries the sign.</summary>
    public BigInteger Numerator => _wide?.Numerator ?? _numerator;

    /// <summary>Gets the denominator in lowest terms, at least 1.</summary>
    public BigInteger Denominator => _wide?.Denominator ?? NarrowDenominator;

    /// <summary>Gets −1, 0 or 1.</summary>
    public int Sign => _wide?.Numerator.Sign ?? Int128.Sign(_numerator);

    /// <summary>Gets a value indicating whether the number is 0.</summary>
    public bool IsZero => _wide is null && _numerator == Int128.Zero;

    /// <summary>Gets a value indicating whether the denominator is 1.</summary>
    public bool IsInteger => _wide?.Denominator.IsOne ?? _denominator == Int128.Zero;

    /// <summary>Gets a value indicating whether the number is held in two 128-bit integers.</summary>
    internal bool IsNarrow => _wide is null;

    /// <summary>Gets the number of bits of the numerator or of the denominator, whichever is longer; for narrow numbers what holds them at most.</summary>
    internal long LongerPartBits => _wide is null ? NarrowBits : Math.Max(_wide.Numerator.GetBitLength(), _wide.Denominator.GetBitLength());

    private Int128 NarrowDenominator => _denominator == Int128.Zero ? Int128.One : _denominator;

    /// <summary>Gets the number without its sign.</summary>
    /// <param name="value">The number.</param>
    /// <returns>|<paramref name="value"/>|.</returns>
    public static Rational Abs(Rational value) => value.Sign < 0 ? -value : value;

    /// <summary>Gets the lesser of two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>The lesser.</returns>
    public static Rational Min(Rational left, Rational right) => left <= right ? left : right;

    /// <summary>Gets the greater of two numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    /// <returns>The greater.</returns>
    public static Rational Max(Rational left, Rational right) => left >= right ? left : right;

    /// <summary>Raises a number to a power.</summary>
    /// <param name="value">The number; not zero when the exponent is negative.</param>
    /// <param name="exponent">The exponent, from −10⁶ to 10⁶. Anything to the power 0 is 1.</param>
    /// <returns>The power.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exponent"/> is out of range.</exception>
    /// <exception cref="DivideByZeroException">Zero is raised to a negative power.</exception>
    public static Rational Pow(Rational value, int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exponent, -1_000_000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponent, 1_000_000);
        int size = Math.Abs(exponent);
        BigInteger numerator = BigInteger.Pow(value.Numerator, size);
        BigInteger denominator = BigInteger.Pow(value.Denominator, size);
        return exponent < 0 ? new Rational(denominator, numerator) : new Rational(numerator, denominator);
    }

    /// <inheritdoc/>
    public bool Equals(Rational other) => _wide is null
        ? other._wide is null && _numerator == other._numerator && _denominator == other._denominator
        : other._wide is not null && _wide.Numerator == other._wide.Numerator && _wide.Denominator == other._wide.Denominator;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _wide is null ? HashCode.Combine(_numerator, _denominator) : HashCode.Combine(_wide.Numerator, _wide.Denominator);

    /// <inheritdoc/>
    public int CompareTo(Rational other)
    {
        if (_wide is null && other._wide is null)
        {
            if (_denominator == other._denominator)
            {
                return _numerator.CompareTo(other._numerator);
            }

            int signs = Int128.Sign(_numerator).CompareTo(Int128.Sign(other._numerator));
            if (signs != 0)
            {
                return signs;
            }

            if (TryMultiply(_numerator, other.NarrowDenominator, out Int128 left) && TryMultiply(other._numerator, NarrowDenominator, out Int128 right))
            {
                return left.CompareTo(right);
            }
        }

        return (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);
    }

    private sealed class WideFraction(BigInteger numerator, BigInteger denominator)
    {
        internal BigInteger Numerator { get; } = numerator;

        internal BigInteger Denominator { get; } = denominator;
    }
}
