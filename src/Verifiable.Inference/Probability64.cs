using System.Globalization;

namespace Verifiable.Inference;

/// <summary>
/// A probability as a 64-bit fraction, so that everybody draws the same conclusion from the same coin. The probability is numerator ÷ 2^64, except that the
/// largest numerator means 1: always. <c>default</c> is 0: never.
/// </summary>
/// <param name="Numerator">The numerator over 2^64.</param>
public readonly record struct Probability64(ulong Numerator)
{
    private const double TwoTo64 = 18446744073709551616.0;

    /// <summary>Gets the probability 0.</summary>
    public static Probability64 Never => default;

    /// <summary>Gets the probability 1.</summary>
    public static Probability64 Always => new(ulong.MaxValue);

    /// <summary>Converts a number to the nearest fraction not above it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not in [0, 1].</exception>
    public static Probability64 FromDouble(double probability)
    {
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Expected a probability in [0, 1].");
        }

        double scaled = Math.Floor(probability * TwoTo64);
        return scaled >= TwoTo64 ? Always : new Probability64((ulong)scaled);
    }

    /// <summary>Gets the nearest double.</summary>
    public double ToDouble() => Numerator == ulong.MaxValue ? 1.0 : Numerator / TwoTo64;

    /// <summary>Tells whether a coin, uniform over 64 bits, falls within the probability.</summary>
    public bool Covers(ulong coin) => coin < Numerator || Numerator == ulong.MaxValue;

    /// <summary>Writes the probability as a decimal number.</summary>
    public override string ToString() => ToDouble().ToString("R", CultureInfo.InvariantCulture);
}
