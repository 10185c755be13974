using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Solves linear programs exactly: maximise c·x subject to rows a·x ≤ b or a·x = b and x ≥ 0. Two phases of the simplex method on an <see cref="IntegerTableau"/> with Bland's rule, which
/// never cycles (Bland, "New finite pivoting rules for the simplex method", 1977). The dual solution comes with the primal one, so that anybody can check both. Not thread-safe.
/// </summary>
internal sealed class LinearProgram(int variables)
{
    private readonly List<(Rational[] Left, Rational Right, bool IsEquation)> _rows = [];
    private Rational[] _objective = new Rational[variables];

    internal int RowCount => _rows.Count;

    internal void Maximize(Rational[] objective) => _objective = objective;

    internal void AddAtMost(Rational[] left, Rational right) => _rows.Add((left, right, false));

    internal void AddEquation(Rational[] left, Rational right) => _rows.Add((left, right, true));

    internal LinearProgramSolution Solve(WorkMeter meter)
    {
        // Columns: variables, one slack a row (unused for equations), one artificial a row, right-hand side. Rows: constraints, the objective, the sum of artificials.
        int rows = _rows.Count;
        int slack = variables;
        int artificial = slack + rows;
        int right = artificial + rows;
        var cells = new BigInteger[rows + 2][];
        var scales = new Rational[rows];
        var basis = new int[rows];
        cells[rows + 1] = new BigInteger[right + 1];
        for (int row = 0; row < rows; row++)
        {
            (Rational[] left, Rational bound, bool isEquation) = _rows[row];
            BigInteger scale = CommonDenominator(left.Append(bound));
            int sign = bound.Sign < 0 ? -1 : 1;
            scales[row] = new Rational(scale * sign, BigInteger.One);
            cells[row] = new BigInteger[right + 1];
            for (int i = 0; i < variables; i++)
            {
                cells[row][i] = (left[i] * scales[row]).Numerator;
            }

            cells[row][slack + row] = isEquation ? BigInteger.Zero : sign;
            cells[row][right] = (bound * scales[row]).Numerator;

            // A slack with the right sign starts in the basis; otherwise an artificial does.
            bool needsArtificial = isEquation || sign < 0;
            cells[row][artificial + row] = BigInteger.One;
            basis[row] = needsArtificial ? artificial + row : slack + row;
            for (int i = 0; needsArtificial && i <= right; i++)
            {
                cells[rows + 1][i] -= i >= artificial && i < right ? BigInteger.Zero : cells[row][i];
            }
        }

        BigInteger objectiveScale = CommonDenominator(_objective);
        cells[rows] = new BigInteger[right + 1];
        for (int i = 0; i < variables; i++)
        {
            cells[rows][i] = -(_objective[i] * objectiveScale).Numerator;
        }

        var tableau = new IntegerTableau(cells);
        if (!TryImprove(tableau, basis, rows + 1, artificial, right, rows, meter, out _))
        {
            return new LinearProgramSolution(LinearProgramState.Stopped, [], [], default);
        }

        if (tableau.Sign(rows + 1, right) != 0)
        {
            return new LinearProgramSolution(LinearProgramState.Infeasible, [], [], default);
        }

        DriveOutArtificials(tableau, basis, artificial);
        if (!TryImprove(tableau, basis, rows, artificial, right, rows, meter, out bool isBounded))
        {
            return new LinearProgramSolution(LinearProgramState.Stopped, [], [], default);
        }

        if (!isBounded)
        {
            return new LinearProgramSolution(LinearProgramState.Unbounded, [], [], default);
        }

        var solution = new Rational[variables];
        for (int row = 0; row < rows; row++)
        {
            if (basis[row] < variables)
            {
                solution[basis[row]] = tableau.Value(row, right);
            }
        }

        // The artificial of a row started as its unit column, so that its cost at the end is the row's price.
        ImmutableArray<Rational> prices = [.. Enumerable.Range(0, rows).Select(row => tableau.Value(rows, artificial + row) * scales[row] / objectiveScale)];
        return new LinearProgramSolution(LinearProgramState.Optimal, [.. solution], prices, tableau.Value(rows, right) / objectiveScale);
    }

    private static BigInteger CommonDenominator(IEnumerable<Rational> numbers) => numbers.Aggregate(
        BigInteger.One, (scale, number) => scale / BigInteger.GreatestCommonDivisor(scale, number.Denominator) * number.Denominator);

    private static bool TryImprove(IntegerTableau tableau, int[] basis, int objective, int enterable, int right, int rows, WorkMeter meter, out bool isBounded)
    {
        isBounded = true;
        while (true)
        {
            int entering = 0;
            while (entering < enterable && tableau.Sign(objective, entering) >= 0)
            {
                entering++;
            }

            if (entering == enterable)
            {
                return true;
            }

            if (!meter.TrySpend(1 + ((long)rows * right / 1024)))
            {
                return false;
            }

            int leaving = -1;
            for (int row = 0; row < rows; row++)
            {
                if (tableau.Sign(row, entering) <= 0)
                {
                    continue;
                }

                int order = leaving < 0 ? -1 : tableau.CompareRatios(row, leaving, right, entering);
                if (order < 0 || (order == 0 && basis[row] < basis[leaving]))
                {
                    leaving = row;
                }
            }

            if (leaving < 0)
            {
                isBounded = false;
                return true;
            }

            tableau.Pivot(leaving, entering);
            basis[leaving] = entering;
        }
    }

    // An artificial that stays in the basis at zero either leaves by a pivot that moves nothing, or its row says 0 = 0 and never matters again.
    private static void DriveOutArtificials(IntegerTableau tableau, int[] basis, int artificial)
    {
        for (int row = 0; row < basis.Length; row++)
        {
            for (int column = 0; basis[row] >= artificial && column < artificial; column++)
            {
                if (tableau.Sign(row, column) != 0)
                {
                    tableau.Pivot(row, column);
                    basis[row] = column;
                }
            }
        }
    }
}
