using System.Numerics;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Computes the sign of a determinant of integers by fraction-free elimination (Bareiss 1968). The rows are spent.</summary>
internal static class Determinant
{
    internal static int Sign(BigInteger[][] rows)
    {
        int sign = 1;
        BigInteger previous = BigInteger.One;
        for (int pivot = 0; pivot < rows.Length; pivot++)
        {
            int row = pivot;
            while (row < rows.Length && rows[row][pivot].IsZero)
            {
                row++;
            }

            if (row == rows.Length)
            {
                return 0;
            }

            if (row != pivot)
            {
                (rows[pivot], rows[row]) = (rows[row], rows[pivot]);
                sign = -sign;
            }

            BigInteger[] own = rows[pivot];
            for (int other = pivot + 1; other < rows.Length; other++)
            {
                for (int column = pivot + 1; column < rows.Length; column++)
                {
                    rows[other][column] = ((rows[other][column] * own[pivot]) - (rows[other][pivot] * own[column])) / previous;
                }
            }

            previous = own[pivot];
        }

        return sign * previous.Sign;
    }
}
