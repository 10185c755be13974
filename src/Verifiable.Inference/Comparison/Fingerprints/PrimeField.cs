using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Comparison.Fingerprints;

/// <summary>Arithmetic modulo 65497, the largest field of the TOPLOC encoding whose elements fit in 16 bits (arXiv 2501.16007, section 4). Thread-safe.</summary>
internal static class PrimeField
{
    /// <summary>The number of elements; a prime.</summary>
    public const int Order = 65497;

    // The largest product and one element more, 65496·65497 + 65496, are below 2^32: 32 bits hold every step.
    // 131 kB once, for interpolation divides once for each pair of points.
    private static readonly Lazy<ushort[]> _inverses = new(Invert);

    /// <summary>Finds the coefficients of the polynomial of least degree through points, constant term first.</summary>
    /// <param name="places">The places: distinct, below <see cref="Order"/>.</param>
    /// <param name="values">The values at the places; taken modulo <see cref="Order"/>.</param>
    public static ushort[] Interpolate(ReadOnlySpan<int> places, ReadOnlySpan<ushort> values)
    {
        int count = places.Length;
        ushort[] inverses = _inverses.Value;
        Span<uint> divided = count <= 512 ? stackalloc uint[count] : new uint[count];
        for (int i = 0; i < count; i++)
        {
            divided[i] = values[i] % (uint)Order;
        }

        // Newton's divided differences, in place; the last places first, so that each column reads the one before it.
        for (int order = 1; order < count; order++)
        {
            for (int i = count - 1; i >= order; i--)
            {
                uint rise = (uint)Positive((int)divided[i] - (int)divided[i - 1]);
                divided[i] = unchecked(rise * inverses[Positive(places[i] - places[i - order])]) % Order;
            }
        }

        // From the innermost bracket outwards: p ← p·(x − place) + difference.
        Span<uint> coefficients = count <= 512 ? stackalloc uint[count] : new uint[count];
        coefficients.Clear();
        for (int i = count - 1; i >= 0; i--)
        {
            uint minus = (uint)(Order - places[i]);
            for (int power = count - 1 - i; power > 0; power--)
            {
                coefficients[power] = unchecked((coefficients[power] * minus) + coefficients[power - 1]) % Order;
            }

            coefficients[0] = unchecked((coefficients[0] * minus) + divided[i]) % Order;
        }

        ushort[] result = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            result[i] = (ushort)coefficients[i];
        }

        return result;
    }

    /// <summary>Evaluates a polynomial, constant term first, by Horner's rule.</summary>
    public static int Evaluate(ReadOnlySpan<ushort> coefficients, int place)
    {
        uint at = (uint)(place % Order);
        uint value = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            value = unchecked((value * at) + coefficients[i]) % Order;
        }

        return (int)value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Positive(int difference) => unchecked(difference + ((difference >> 31) & Order));

    private static ushort[] Invert()
    {
        // i⁻¹ = −⌊p/i⌋·(p mod i)⁻¹.
        ushort[] inverses = new ushort[Order];
        inverses[1] = 1;
        for (int i = 2; i < Order; i++)
        {
            inverses[i] = (ushort)((long)(Order - (Order / i)) * inverses[Order % i] % Order);
        }

        return inverses;
    }
}
