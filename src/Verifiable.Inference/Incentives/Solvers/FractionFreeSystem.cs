using System.Numerics;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Solves square linear systems of integers exactly by fraction-free elimination (Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian elimination", 1968).</summary>
internal static class FractionFreeSystem
{
    /// <summary>Solves cells·z = denominator·right for integers; false when the matrix is singular. The cells are spent.</summary>
    /// <param name="cells">The rows, each followed by its right-hand side.</param>
    /// <param name="solution">The numerators.</param>
    /// <param name="denominator">The common denominator, positive.</param>
    internal static bool TrySolve(BigInteger[][] cells, out BigInteger[] solution, out BigInteger denominator)
    {
        int size = cells.Length;
        solution = new BigInteger[size];
        denominator = BigInteger.One;
        BigInteger previous = BigInteger.One;
        for (int pivot = 0; pivot < size; pivot++)
        {
            int row = pivot;
            while (row < size && cells[row][pivot].IsZero)
            {
                row++;
            }

            if (row == size)
            {
                return false;
            }

            (cells[pivot], cells[row]) = (cells[row], cells[pivot]);
            BigInteger[] own = cells[pivot];
            for (int other = 0; other < size; other++)
            {
                if (other == pivot)
                {
                    continue;
                }

                BigInteger[] target = cells[other];
                BigInteger factor = target[pivot];
                for (int column = pivot + 1; column <= size; column++)
                {
                    target[column] = ((target[column] * own[pivot]) - (factor * own[column])) / previous;
                }

                target[pivot] = BigInteger.Zero;
            }

            previous = own[pivot];
        }

        // Every row has been brought to the last pivot, which is the determinant up to its sign.
        denominator = previous;
        for (int row = 0; row < size; row++)
        {
            solution[row] = cells[row][size];
        }

        if (denominator.Sign < 0)
        {
            denominator = -denominator;
            for (int row = 0; row < size; row++)
            {
                solution[row] = -solution[row];
            }
        }

        return true;
    }
}
