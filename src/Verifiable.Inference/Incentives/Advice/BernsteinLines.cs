using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>
/// Turns values of a polynomial of known degree into its Bernstein coefficients on an interval, exactly: the polynomial is nowhere below the least of them, and the first and the last are its values at
/// the ends (G. Farin, Curves and Surfaces for CAGD, chapter 6).
/// </summary>
internal static class BernsteinLines
{
    /// <summary>Gives the coefficients from the values at <c>degree + 1</c> points with equal distances, ends included.</summary>
    internal static ImmutableArray<Rational> Coefficients(ReadOnlySpan<Rational> values)
    {
        int degree = values.Length - 1;
        Rational[] powers = PowerCoefficients(values);
        var coefficients = new Rational[degree + 1];
        for (int index = 0; index <= degree; index++)
        {
            // b_i = Σ_k C(i, k) / C(d, k) · a_k.
            Rational ratio = Rational.One;
            for (int power = 0; power <= index; power++)
            {
                coefficients[index] += ratio * powers[power];
                ratio = power < index ? ratio * (index - power) / (degree - power) : ratio;
            }
        }

        return [.. coefficients];
    }

    /// <summary>Gives the derivative at the first point, in units of the whole interval, from the same values.</summary>
    internal static Rational DerivativeAtFirst(ReadOnlySpan<Rational> values) => values.Length > 1 ? PowerCoefficients(values)[1] : Rational.Zero;

    // Newton's divided differences over t = 0, 1/d, …, 1, then expanded.
    private static Rational[] PowerCoefficients(ReadOnlySpan<Rational> values)
    {
        int degree = values.Length - 1;
        Rational[] differences = values.ToArray();
        for (int order = 1; order <= degree; order++)
        {
            for (int index = degree; index >= order; index--)
            {
                differences[index] = (differences[index] - differences[index - 1]) * degree / order;
            }
        }

        var powers = new Rational[degree + 1];
        for (int index = degree; index >= 0; index--)
        {
            // powers := powers · (t − index/degree) + difference.
            Rational node = degree == 0 ? Rational.Zero : new Rational(index, degree);
            for (int power = degree; power > 0; power--)
            {
                powers[power] = powers[power - 1] - (node * powers[power]);
            }

            powers[0] = differences[index] - (node * powers[0]);
        }

        return powers;
    }
}
