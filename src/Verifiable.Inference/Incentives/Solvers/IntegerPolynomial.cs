using System.Numerics;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Polynomials of integers by their power coefficients, lowest first: what is needed to drop repeated roots.</summary>
internal static class IntegerPolynomial
{
    /// <summary>Gives the polynomial with the same roots, each once: p / gcd(p, p′) (Yun 1976). The gcd is by primitive remainders (Collins 1967; Knuth, TAOCP 2, 4.6.1).</summary>
    internal static BigInteger[] SquareFree(BigInteger[] polynomial)
    {
        BigInteger[] whole = Primitive(polynomial);
        BigInteger[] a = whole;
        BigInteger[] b = Primitive(Derivative(whole));
        while (b.Length > 0)
        {
            (a, b) = (b, Primitive(Remainder(a, b)));
        }

        return a.Length <= 1 ? whole : Primitive(Quotient(whole, a));
    }

    private static BigInteger[] Derivative(BigInteger[] polynomial) => [.. polynomial.Skip(1).Select((coefficient, i) => coefficient * (i + 1))];

    private static BigInteger[] Primitive(BigInteger[] polynomial)
    {
        int length = polynomial.Length;
        while (length > 0 && polynomial[length - 1].IsZero)
        {
            length--;
        }

        BigInteger divisor = BigInteger.Zero;
        for (int i = 0; i < length; i++)
        {
            divisor = BigInteger.GreatestCommonDivisor(divisor, polynomial[i]);
        }

        return [.. polynomial.Take(length).Select(coefficient => coefficient / divisor)];
    }

    private static BigInteger[] Remainder(BigInteger[] dividend, BigInteger[] divisor)
    {
        BigInteger[] rest = [.. dividend];
        for (int top = rest.Length - 1; top >= divisor.Length - 1; top--)
        {
            BigInteger factor = rest[top];
            for (int i = 0; i < top; i++)
            {
                rest[i] *= divisor[^1];
            }

            for (int i = 0; i < divisor.Length - 1; i++)
            {
                rest[top - divisor.Length + 1 + i] -= factor * divisor[i];
            }

            rest[top] = BigInteger.Zero;
        }

        return rest;
    }

    // Exact up to a factor: the dividend is first multiplied so that every step divides.
    private static BigInteger[] Quotient(BigInteger[] dividend, BigInteger[] divisor)
    {
        int degree = dividend.Length - divisor.Length;
        BigInteger scale = BigInteger.Pow(divisor[^1], degree + 1);
        BigInteger[] rest = [.. dividend.Select(coefficient => coefficient * scale)];
        var quotient = new BigInteger[degree + 1];
        for (int top = degree; top >= 0; top--)
        {
            quotient[top] = rest[top + divisor.Length - 1] / divisor[^1];
            for (int i = 0; i < divisor.Length; i++)
            {
                rest[top + i] -= quotient[top] * divisor[i];
            }
        }

        return quotient;
    }
}
