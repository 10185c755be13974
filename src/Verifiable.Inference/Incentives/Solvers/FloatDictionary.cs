using System.Numerics;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// A simplex dictionary of a best-response polytope in doubles: each basic label as an affine function of the nonbasic ones (Chvátal, Linear Programming, 1983, chapter 2). It only
/// guides a search; whatever is concluded from it is proved elsewhere. Labels are local: variables first, then constraints. Not thread-safe.
/// </summary>
internal sealed class FloatDictionary
{
    private const double Tolerance = 1e-9;

    private readonly int _variables;
    private readonly int _constraints;
    private readonly int _stride;

    // Row r: coefficients of the nonbasic labels, then the constant at index _variables, then padding for vectors.
    private readonly double[] _cells;
    private readonly int[] _basic;
    private readonly int[] _nonbasic;
    private readonly bool[] _isFixed;

    // Row of a basic label; the complement of the column of a nonbasic one.
    private readonly int[] _place;

    internal FloatDictionary(BestResponsePolytope polytope)
    {
        _variables = polytope.Variables;
        _constraints = polytope.Constraints;
        int width = Vector<double>.Count;
        _stride = (_variables + width) / width * width;
        _cells = new double[_constraints * _stride];
        _basic = new int[_constraints];
        _nonbasic = new int[_variables];
        _isFixed = new bool[_variables];
        _place = new int[_variables + _constraints];
        for (int column = 0; column < _variables; column++)
        {
            _nonbasic[column] = column;
            _place[column] = ~column;
        }

        for (int row = 0; row < _constraints; row++)
        {
            _basic[row] = _variables + row;
            _place[_variables + row] = row;
            for (int column = 0; column < _variables; column++)
            {
                _cells[(row * _stride) + column] = -polytope.Rounded[(row * _variables) + column];
            }

            _cells[(row * _stride) + _variables] = 1;
        }
    }

    internal ReadOnlySpan<int> Nonbasic => _nonbasic;

    internal void CopyFrom(FloatDictionary other)
    {
        other._cells.CopyTo(_cells, 0);
        other._basic.CopyTo(_basic, 0);
        other._nonbasic.CopyTo(_nonbasic, 0);
        other._isFixed.CopyTo(_isFixed, 0);
        other._place.CopyTo(_place, 0);
    }

    internal double Value(int label) => _place[label] < 0 ? 0 : _cells[(_place[label] * _stride) + _variables];

    internal bool IsNonbasic(int label) => _place[label] < 0;

    /// <summary>Fixes or frees a nonbasic label at zero.</summary>
    internal void SetFixed(int label, bool isFixed) => _isFixed[~_place[label]] = isFixed;

    /// <summary>Gets the coefficients of a basic label.</summary>
    internal ReadOnlySpan<double> Coefficients(int label) => _cells.AsSpan(_place[label] * _stride, _variables);

    /// <summary>Says whether a label is at its least on the face, and that is above zero.</summary>
    internal bool IsLeastAboveZero(int label)
    {
        int row = _place[label];
        if (row < 0 || _cells[(row * _stride) + _variables] <= Tolerance)
        {
            return false;
        }

        ReadOnlySpan<double> coefficients = Coefficients(label);
        for (int column = 0; column < coefficients.Length; column++)
        {
            if (coefficients[column] < -Tolerance && !_isFixed[column])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Moves to a vertex at which a label is zero and fixes it there. False when the label's least is above zero, or the numbers lead nowhere.</summary>
    internal bool TryFix(int label)
    {
        for (int step = 40 * (_variables + _constraints); step > 0; step--)
        {
            int row = _place[label];
            if (row < 0)
            {
                _isFixed[~row] = true;
                return true;
            }

            int column = MostNegative(row);
            if (column >= 0)
            {
                int leaving = Leaving(row, column);
                if (leaving < 0)
                {
                    return false;
                }

                Pivot(leaving, column);
            }
            else if (_cells[(row * _stride) + _variables] > Tolerance)
            {
                return false;
            }
            else
            {
                // Zero on the whole face. It leaves the basis if it can; otherwise the fixed labels keep it at zero.
                column = LargestFree(row);
                if (column < 0)
                {
                    return true;
                }

                Pivot(row, column);
            }
        }

        return false;
    }

    private int MostNegative(int row)
    {
        ReadOnlySpan<double> cells = _cells.AsSpan(row * _stride, _variables);
        int best = -1;
        double least = -Tolerance;
        for (int column = 0; column < cells.Length; column++)
        {
            if (cells[column] < least && !_isFixed[column])
            {
                least = cells[column];
                best = column;
            }
        }

        return best;
    }

    private int LargestFree(int row)
    {
        int best = -1;
        double greatest = Tolerance;
        for (int column = 0; column < _variables; column++)
        {
            double size = Math.Abs(_cells[(row * _stride) + column]);
            if (size > greatest && !_isFixed[column])
            {
                greatest = size;
                best = column;
            }
        }

        return best;
    }

    // The target row leaves as soon as it may; among other ties the largest pivot is the most accurate.
    private int Leaving(int target, int column)
    {
        int best = -1;
        double least = double.PositiveInfinity;
        double pivot = 0;
        for (int row = 0; row < _constraints; row++)
        {
            double coefficient = -_cells[(row * _stride) + column];
            if (!(coefficient > Tolerance))
            {
                continue;
            }

            double ratio = Math.Max(_cells[(row * _stride) + _variables], 0) / coefficient;
            bool isTie = ratio <= least + (Tolerance * 1e-3) && ratio >= least - (Tolerance * 1e-3);
            if (isTie ? row == target || (best != target && coefficient > pivot) : ratio < least)
            {
                least = ratio;
                pivot = coefficient;
                best = row;
            }
        }

        return best;
    }

    private void Pivot(int row, int column)
    {
        Span<double> pivotRow = _cells.AsSpan(row * _stride, _stride);
        double inverse = 1 / pivotRow[column];
        pivotRow[column] = -1;
        Span<Vector<double>> pivotVectors = MemoryMarshal.Cast<double, Vector<double>>(pivotRow);
        var factors = new Vector<double>(-inverse);
        for (int i = 0; i < pivotVectors.Length; i++)
        {
            pivotVectors[i] *= factors;
        }

        for (int other = 0; other < _constraints; other++)
        {
            double factor = _cells[(other * _stride) + column];
            if (other == row || factor == 0)
            {
                continue;
            }

            _cells[(other * _stride) + column] = 0;
            Span<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(_cells.AsSpan(other * _stride, _stride));
            var multiplier = new Vector<double>(factor);
            for (int i = 0; i < vectors.Length; i++)
            {
                vectors[i] += multiplier * pivotVectors[i];
            }
        }

        (_basic[row], _nonbasic[column]) = (_nonbasic[column], _basic[row]);
        _place[_basic[row]] = row;
        _place[_nonbasic[column]] = ~column;
        _isFixed[column] = false;
    }
}
