using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>One path of the Lemke–Howson method: two tableaus, of the row player's polytope and of the column player's, that take turns. Not thread-safe.</summary>
internal sealed class LemkeHowsonPath(BestResponsePolytope rows, BestResponsePolytope columns)
{
    private readonly Side _rows = new(rows);
    private readonly Side _columns = new(columns);

    internal MixedProfile? Follow(int label, WorkMeter meter)
    {
        // The variable of a row strategy stands in the row player's tableau, the slack of the same strategy in the other.
        int firstColumn = rows.Variables;
        bool isRowSide = label < firstColumn;
        int entering = isRowSide ? label : label - firstColumn;
        while (meter.TrySpend())
        {
            Side side = isRowSide ? _rows : _columns;
            int leaving = side.Exchange(entering);

            // The label that left: a variable of this side or a slack, which is the other player's strategy.
            int variables = side.Variables;
            int left = isRowSide
                ? leaving < variables ? leaving : firstColumn + leaving - variables
                : leaving < variables ? firstColumn + leaving : leaving - variables;
            if (left == label)
            {
                return new MixedProfile(_rows.Strategy(), _columns.Strategy());
            }

            isRowSide = !isRowSide;
            entering = isRowSide
                ? left < firstColumn ? left : rows.Variables + left - firstColumn
                : left >= firstColumn ? left - firstColumn : columns.Variables + left;
        }

        return null;
    }

    private sealed class Side
    {
        private readonly IntegerTableau _tableau;
        private readonly int[] _basis;
        private readonly BigInteger[] _weights;

        internal Side(BestResponsePolytope polytope)
        {
            Variables = polytope.Variables;
            _weights = polytope.Weights;
            int constraints = polytope.Constraints;
            var cells = new BigInteger[constraints][];
            for (int row = 0; row < constraints; row++)
            {
                cells[row] = new BigInteger[Variables + constraints + 1];
                polytope.Exact.AsSpan(row * Variables, Variables).CopyTo(cells[row]);
                cells[row][Variables + row] = BigInteger.One;
                cells[row][^1] = BigInteger.One;
            }

            _tableau = new IntegerTableau(cells);
            _basis = [.. Enumerable.Range(Variables, constraints)];
        }

        internal int Variables { get; }

        /// <summary>Brings a label into the basis and gives the one that leaves.</summary>
        internal int Exchange(int entering)
        {
            int leaving = -1;
            for (int row = 0; row < _basis.Length; row++)
            {
                if (_tableau.Sign(row, entering) > 0 && (leaving < 0 || IsLexicographicallyLess(row, leaving, entering)))
                {
                    leaving = row;
                }
            }

            // The polytope is bounded: some row always stops an entering label.
            _tableau.Pivot(leaving, entering);
            (int label, _basis[leaving]) = (_basis[leaving], entering);
            return label;
        }

        internal ImmutableArray<Rational> Strategy()
        {
            var values = new Rational[Variables];
            Rational sum = Rational.Zero;
            for (int row = 0; row < _basis.Length; row++)
            {
                if (_basis[row] < Variables)
                {
                    values[_basis[row]] = _tableau.Value(row, _tableau.Columns - 1) / _weights[_basis[row]];
                    sum += values[_basis[row]];
                }
            }

            return [.. values.Select(value => value / sum)];
        }

        // Ratios of the right-hand side, then of the columns of the first basis: no two rows tie in all of them.
        private bool IsLexicographicallyLess(int row, int other, int entering)
        {
            int order = _tableau.CompareRatios(row, other, _tableau.Columns - 1, entering);
            for (int column = Variables; order == 0 && column < _tableau.Columns - 1; column++)
            {
                order = _tableau.CompareRatios(row, other, column, entering);
            }

            return order < 0;
        }
    }
}
