using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// A polynomial on an interval by its Bernstein coefficients, as integers up to a positive factor. The number of roots inside is at most the number of sign changes, and of the same parity (Descartes'
/// rule; Lane and Riesenfeld 1981). Immutable.
/// </summary>
internal sealed class BernsteinPolynomial
{
    private readonly BigInteger[] _coefficients;

    private BernsteinPolynomial(BigInteger[] coefficients) => _coefficients = coefficients;

    internal int Degree => _coefficients.Length - 1;

    /// <summary>Gets the sign at the left end.</summary>
    internal int SignAtLow => _coefficients[0].Sign;

    /// <summary>Gets the sign at the right end.</summary>
    internal int SignAtHigh => _coefficients[^1].Sign;

    internal bool IsZero => _coefficients.All(coefficient => coefficient.IsZero);

    /// <summary>Gets the number of sign changes, zeros left out: a bound for the roots strictly inside.</summary>
    internal int SignChanges
    {
        get
        {
            int changes = 0;
            int last = 0;
            foreach (BigInteger coefficient in _coefficients)
            {
                int sign = coefficient.Sign;
                changes += sign != 0 && last != 0 && sign != last ? 1 : 0;
                last = sign == 0 ? last : sign;
            }

            return changes;
        }
    }

    internal static BernsteinPolynomial Of(ImmutableArray<Rational> coefficients)
    {
        BigInteger scale = BigInteger.One;
        foreach (Rational coefficient in coefficients)
        {
            scale = scale / BigInteger.GreatestCommonDivisor(scale, coefficient.Denominator) * coefficient.Denominator;
        }

        return new BernsteinPolynomial([.. coefficients.Select(coefficient => coefficient.Numerator * (scale / coefficient.Denominator))]);
    }

    /// <summary>Makes a polynomial of power coefficients, lowest first.</summary>
    internal static BernsteinPolynomial OfPowers(BigInteger[] powers)
    {
        // b_k = Σ_{i ≤ k} C(k,i)/C(n,i) a_i.
        int degree = powers.Length - 1;
        var values = new Rational[powers.Length];
        BigInteger[] whole = Binomials(degree);
        for (int k = 0; k <= degree; k++)
        {
            BigInteger[] part = Binomials(k);
            for (int i = 0; i <= k; i++)
            {
                values[k] += new Rational(part[i] * powers[i], whole[i]);
            }
        }

        return Of([.. values]);
    }

    /// <summary>Gives the power coefficients, lowest first: a_i = C(n,i) Σ_k (−1)^(i−k) C(i,k) b_k.</summary>
    internal BigInteger[] ToPowers()
    {
        BigInteger[] whole = Binomials(Degree);
        var powers = new BigInteger[Degree + 1];
        BigInteger[] differences = [.. _coefficients];
        for (int i = 0; i <= Degree; i++)
        {
            powers[i] = whole[i] * differences[0];
            for (int k = 0; k < Degree - i; k++)
            {
                differences[k] = differences[k + 1] - differences[k];
            }
        }

        return powers;
    }

    /// <summary>Cuts the interval in the middle (de Casteljau); sums are not halved, which multiplies all coefficients by 2^n.</summary>
    internal (BernsteinPolynomial Low, BernsteinPolynomial High) Halve()
    {
        int degree = Degree;
        BigInteger[] row = [.. _coefficients];
        var low = new BigInteger[degree + 1];
        var high = new BigInteger[degree + 1];
        for (int level = 0; level <= degree; level++)
        {
            low[level] = row[0] << (degree - level);
            high[degree - level] = row[degree - level] << (degree - level);
            for (int k = 0; k < degree - level; k++)
            {
                row[k] += row[k + 1];
            }
        }

        return (new BernsteinPolynomial(Reduced(low)), new BernsteinPolynomial(Reduced(high)));
    }

    private static BigInteger[] Reduced(BigInteger[] coefficients)
    {
        int shift = int.MaxValue;
        foreach (BigInteger coefficient in coefficients)
        {
            if (!coefficient.IsZero)
            {
                shift = Math.Min(shift, (int)Math.Min(int.MaxValue, (long)BigInteger.TrailingZeroCount(coefficient)));
            }
        }

        return shift is 0 or int.MaxValue ? coefficients : [.. coefficients.Select(coefficient => coefficient >> shift)];
    }

    private static BigInteger[] Binomials(int n)
    {
        var row = new BigInteger[n + 1];
        row[0] = BigInteger.One;
        for (int i = 1; i <= n; i++)
        {
            row[i] = row[i - 1] * (n - i + 1) / i;
        }

        return row;
    }
}
