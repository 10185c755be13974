namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Small dense matrices of doubles, where any answer will do because it is checked afterwards.</summary>
internal static class DoubleMatrix
{
    /// <summary>Inverts by Gauss–Jordan elimination with row exchanges; null when a pivot vanishes.</summary>
    internal static double[,]? TryInvert(double[,] matrix)
    {
        int size = matrix.GetLength(0);
        var work = (double[,])matrix.Clone();
        var inverse = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            inverse[i, i] = 1;
        }

        for (int pivot = 0; pivot < size; pivot++)
        {
            int row = pivot;
            for (int other = pivot + 1; other < size; other++)
            {
                row = Math.Abs(work[other, pivot]) > Math.Abs(work[row, pivot]) ? other : row;
            }

            if (!(Math.Abs(work[row, pivot]) > 1e-12))
            {
                return null;
            }

            for (int column = 0; column < size; column++)
            {
                (work[pivot, column], work[row, column]) = (work[row, column], work[pivot, column]);
                (inverse[pivot, column], inverse[row, column]) = (inverse[row, column], inverse[pivot, column]);
            }

            double scale = 1 / work[pivot, pivot];
            for (int column = 0; column < size; column++)
            {
                work[pivot, column] *= scale;
                inverse[pivot, column] *= scale;
            }

            for (int other = 0; other < size; other++)
            {
                double factor = work[other, pivot];
                if (other == pivot || factor == 0)
                {
                    continue;
                }

                for (int column = 0; column < size; column++)
                {
                    work[other, column] -= factor * work[pivot, column];
                    inverse[other, column] -= factor * inverse[pivot, column];
                }
            }
        }

        return inverse;
    }
}
