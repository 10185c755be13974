using System.Globalization;
using System.Numerics;

namespace Verifiable.Inference.Incentives.Games;

/// <content>Text: integers, decimals, scientific notation and fractions are read exactly; one form is written.</content>
public readonly partial struct Rational
{
    /// <summary>The greatest number of characters that <see cref="TryParse"/> reads, 4096.</summary>
    public const int GreatestTextLength = 4096;

    /// <summary>The greatest size of a power of ten that <see cref="TryParse"/> reads, 4096.</summary>
    public const int GreatestExponent = 4096;

    /// <summary>
    /// Reads <c>3</c>, <c>-0.25</c>, <c>.5</c>, <c>5.</c>, <c>+1.5e-3</c> or <c>-2/3</c> exactly. Space, digit groups, names of non-finite numbers, zero denominators and
    /// numbers beyond <see cref="GreatestTextLength"/> or <see cref="GreatestExponent"/> are refused.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The number; zero when the text is refused.</param>
    /// <returns>Whether the text is a number.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Rational value)
    {
        value = default;
        if (text.Length is 0 or > GreatestTextLength)
        {
            return false;
        }

        bool isNegative = text[0] == '-';
        ReadOnlySpan<char> rest = text[0] is '-' or '+' ? text[1..] : text;
        int slash = rest.IndexOf('/');
        bool read = slash >= 0 ? TryReadFraction(rest[..slash], rest[(slash + 1)..], out value) : TryReadDecimal(rest, out value);
        value = isNegative ? -value : value;
        return read;
    }

    /// <summary>Reads a number as <see cref="TryParse"/> does.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number.</returns>
    /// <exception cref="FormatException">The text is no number or beyond the limits.</exception>
    public static Rational Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out Rational value) ? value : throw new FormatException("Expected an integer, a decimal or a fraction within the limits, got something else.");

    /// <summary>Writes the number in its one canonical form: <c>-2/3</c> in lowest terms, without <c>/1</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsInteger
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    /// <summary>Writes the number as <see cref="ToString()"/> does, whatever the format and the culture.</summary>
    /// <param name="format">Not looked at.</param>
    /// <param name="formatProvider">Not looked at.</param>
    /// <returns>The text.</returns>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Writes the number with a fixed number of decimals, rounded half away from zero.</summary>
    /// <param name="decimals">The decimals, from 0 to 1000.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decimals"/> is out of range.</exception>
    public string ToDecimalText(int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 1000);
        BigInteger units = ((BigInteger.Abs(Numerator) * BigInteger.Pow(10, decimals) * 2) + Denominator) / (Denominator * 2);
        string digits = units.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string sign = Sign < 0 && !units.IsZero ? "-" : string.Empty;
        return decimals == 0 ? sign + digits : string.Concat(sign, digits[..^decimals], ".", digits[^decimals..]);
    }

    private static bool TryReadFraction(ReadOnlySpan<char> numerator, ReadOnlySpan<char> denominator, out Rational value)
    {
        value = default;
        if (!TryReadDigits(numerator, out BigInteger top) || !TryReadDigits(denominator, out BigInteger bottom) || bottom.IsZero)
        {
            return false;
        }

        value = new Rational(top, bottom);
        return true;
    }

    private static bool TryReadDecimal(ReadOnlySpan<char> text, out Rational value)
    {
        value = default;
        int exponent = 0;
        int mark = text.IndexOfAny('e', 'E');
        if (mark >= 0)
        {
            if (!TryReadExponent(text[(mark + 1)..], out exponent))
            {
                return false;
            }

            text = text[..mark];
        }

        int point = text.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<char> part = point < 0 ? [] : text[(point + 1)..];
        if (whole.Length + part.Length == 0 || !TryReadDigits(string.Concat(whole, part), out BigInteger digits))
        {
            return false;
        }

        int power = exponent - part.Length;
        BigInteger scale = BigInteger.Pow(10, Math.Abs(power));
        value = power >= 0 ? new Rational(digits * scale, BigInteger.One) : new Rational(digits, scale);
        return true;
    }

    private static bool TryReadExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        bool isNegative = text.Length > 0 && text[0] == '-';
        ReadOnlySpan<char> digits = text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;
        if (digits.Length is 0 or > 9 || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        exponent = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        exponent = isNegative ? -exponent : exponent;
        return Math.Abs(exponent) <= GreatestExponent;
    }

    private static bool TryReadDigits(ReadOnlySpan<char> text, out BigInteger value)
    {
        value = default;
        return text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9') && BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
