using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// A simplex tableau of integers with one common denominator, pivoted without fractions (Edmonds' integer pivoting; Bareiss 1968; von Stengel 2007, section 3.6). Entries are 128-bit integers
/// until one would not fit, and big integers from then on; no entry is ever reduced, and none wraps. Not thread-safe.
/// </summary>
internal sealed class IntegerTableau
{
    // Products of two entries below 2^62 and their difference fit.
    private const int NarrowBits = 62;

    private readonly int _width;
    private Int128[]? _narrow;
    private BigInteger[]? _wide;
    private Int128 _narrowDenominator = Int128.One;
    private BigInteger _wideDenominator = BigInteger.One;

    internal IntegerTableau(BigInteger[][] rows)
    {
        Rows = rows.Length;
        _width = rows.Length == 0 ? 0 : rows[0].Length;
        BigInteger[] cells = [.. rows.SelectMany(row => row)];
        if (cells.All(cell => BigInteger.Abs(cell).GetBitLength() <= NarrowBits))
        {
            _narrow = [.. cells.Select(cell => (Int128)cell)];
        }
        else
        {
            _wide = cells;
        }
    }

    internal int Rows { get; }

    internal int Columns => _width;

    /// <summary>Gets the common denominator, positive as long as pivots are.</summary>
    internal BigInteger Denominator => _wide is null ? _narrowDenominator : _wideDenominator;

    internal bool IsNarrow => _wide is null;

    internal int Sign(int row, int column) => _wide is null ? Int128.Sign(_narrow![(row * _width) + column]) : _wide[(row * _width) + column].Sign;

    internal Rational Value(int row, int column) => new(_wide is null ? _narrow![(row * _width) + column] : _wide[(row * _width) + column], Denominator);

    /// <summary>Compares a[first, column] / a[first, pivot] with a[second, column] / a[second, pivot]; both pivots are positive.</summary>
    internal int CompareRatios(int first, int second, int column, int pivot)
    {
        int a = first * _width;
        int b = second * _width;
        return _wide is null
            ? (_narrow![a + column] * _narrow[b + pivot]).CompareTo(_narrow[b + column] * _narrow[a + pivot])
            : (_wide[a + column] * _wide[b + pivot]).CompareTo(_wide[b + column] * _wide[a + pivot]);
    }

    /// <summary>Pivots; a negative pivot first turns the sign of its row, which is the same equation.</summary>
    internal void Pivot(int row, int column)
    {
        if (Sign(row, column) < 0)
        {
            Negate(row);
        }

        if (_wide is null)
        {
            PivotNarrow(row, column);
        }
        else
        {
            PivotWide(row, column);
        }
    }

    private void Negate(int row)
    {
        for (int cell = row * _width; cell < (row + 1) * _width; cell++)
        {
            if (_wide is null)
            {
                _narrow![cell] = -_narrow[cell];
            }
            else
            {
                _wide[cell] = -_wide[cell];
            }
        }
    }

    private void PivotNarrow(int row, int column)
    {
        Int128[] cells = _narrow!;
        int own = row * _width;
        Int128 pivot = cells[own + column];
        bool fits = true;
        for (int other = 0; other < Rows; other++)
        {
            Int128 factor = cells[(other * _width) + column];
            if (other == row)
            {
                continue;
            }

            for (int i = 0; i < _width; i++)
            {
                int cell = (other * _width) + i;
                Int128 value = unchecked((cells[cell] * pivot) - (factor * cells[own + i]));
                value = _narrowDenominator == Int128.One ? value : value / _narrowDenominator;
                cells[cell] = value;
                fits &= value >> NarrowBits == Int128.Zero || value >> NarrowBits == Int128.NegativeOne;
            }
        }

        _narrowDenominator = pivot;
        if (!fits)
        {
            // The entries themselves still fit; the products of the next pivot might not.
            _wide = [.. cells.Select(cell => (BigInteger)cell)];
            _wideDenominator = pivot;
            _narrow = null;
        }
    }

    private void PivotWide(int row, int column)
    {
        BigInteger[] cells = _wide!;
        int own = row * _width;
        BigInteger pivot = cells[own + column];
        for (int other = 0; other < Rows; other++)
        {
            BigInteger factor = cells[(other * _width) + column];
            if (other == row)
            {
                continue;
            }

            for (int i = 0; i < _width; i++)
            {
                int cell = (other * _width) + i;
                BigInteger value = cells[cell] * pivot;
                if (!factor.IsZero && !cells[own + i].IsZero)
                {
                    value -= factor * cells[own + i];
                }

                cells[cell] = _wideDenominator.IsOne ? value : value / _wideDenominator;
            }
        }

        _wideDenominator = pivot;
    }
}
