using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The matrices of one stack of products. Not changed once it is made.</summary>
/// <param name="Rows">The rows of a left matrix.</param>
/// <param name="Depth">The products of one output element.</param>
/// <param name="Columns">The columns of a right matrix.</param>
/// <param name="LeftTransposed">Whether left matrices are stored by column.</param>
/// <param name="RightTransposed">Whether right matrices are stored by column.</param>
/// <param name="Products">The broadcast axes before the matrices.</param>
/// <param name="LeftStrides">How far a step along them moves among the left matrices.</param>
/// <param name="RightStrides">How far a step along them moves among the right matrices.</param>
/// <param name="Output">The lengths of the output's axes.</param>
internal sealed record MatMulPlan(
    long Rows, long Depth, long Columns, bool LeftTransposed, bool RightTransposed, TensorShape Products, long[] LeftStrides, long[] RightStrides, long[] Output)
{
    /// <summary>Plans the products of two tensors, or says why they do not fit.</summary>
    /// <param name="left">The shape of the left operand; a vector is one row.</param>
    /// <param name="right">The shape of the right operand; a vector is one column.</param>
    /// <param name="leftTransposed">Whether the last two axes of the left operand are exchanged; a vector stays as it is.</param>
    /// <param name="rightTransposed">Whether the last two axes of the right operand are exchanged; a vector stays as it is.</param>
    /// <param name="plan">The plan, where the shapes fit.</param>
    internal static string? Make(TensorShape left, TensorShape right, bool leftTransposed, bool rightTransposed, out MatMulPlan plan)
    {
        plan = null!;
        if (left.Rank == 0 || right.Rank == 0)
        {
            return $"Expected vectors, matrices or stacks of matrices, got {left} and {right}.";
        }

        leftTransposed &= left.Rank > 1;
        rightTransposed &= right.Rank > 1;
        long depth = left[left.Rank - (leftTransposed ? 2 : 1)];
        if (right[Math.Max(0, right.Rank - (rightTransposed ? 1 : 2))] != depth)
        {
            return $"Expected matrices of one inner length, got {left}{(leftTransposed ? "ᵀ" : "")} and {right}{(rightTransposed ? "ᵀ" : "")}.";
        }

        var leftStack = new TensorShape(left.Lengths.AsSpan()[..Math.Max(0, left.Rank - 2)]);
        var rightStack = new TensorShape(right.Lengths.AsSpan()[..Math.Max(0, right.Rank - 2)]);
        if (Broadcast.Combine(leftStack, rightStack, out TensorShape products) is string fault)
        {
            return fault;
        }

        long rows = left.Rank == 1 ? 1 : left[left.Rank - (leftTransposed ? 1 : 2)];
        long columns = right.Rank == 1 ? 1 : right[right.Rank - (rightTransposed ? 2 : 1)];
        long[] output = [.. products.Lengths, .. left.Rank == 1 ? (long[])[] : [rows], .. right.Rank == 1 ? (long[])[] : [columns]];
        plan = new MatMulPlan(
            rows, depth, columns, leftTransposed, rightTransposed, products, Broadcast.Strides(leftStack, products), Broadcast.Strides(rightStack, products), output);
        return null;
    }

    /// <summary>Makes one product of a stack whose right matrix is the same throughout: the left matrices are the rows of one.</summary>
    internal MatMulPlan Merge()
    {
        // Transposed left matrices lie side by side, not below each other.
        bool isOne = Products.ElementCount == 1;
        return isOne || LeftTransposed || RightStrides.Any(stride => stride != 0) || LeftRepeats()
            ? this
            : this with { Rows = Rows * Products.ElementCount, Products = new TensorShape([]), LeftStrides = [], RightStrides = [] };
    }

    /// <summary>Finds an output element.</summary>
    /// <param name="index">Its row-major index in the output.</param>
    /// <returns>The index of the first element of its row of a left matrix and of its column of a right one, and how far apart the elements are.</returns>
    internal (long Left, long LeftStep, long Right, long RightStep) Find(long index)
    {
        long product = index / (Rows * Columns);
        long row = index / Columns % Rows;
        long column = index % Columns;
        long left = Broadcast.Map(product, Products, LeftStrides) * Rows * Depth;
        long right = Broadcast.Map(product, Products, RightStrides) * Depth * Columns;
        return (
            left + (LeftTransposed ? row : row * Depth),
            LeftTransposed ? Rows : 1,
            right + (RightTransposed ? column * Depth : column),
            RightTransposed ? 1 : Columns);
    }

    private bool LeftRepeats()
    {
        for (int axis = 0; axis < Products.Rank; axis++)
        {
            if (Products[axis] != 1 && LeftStrides[axis] == 0)
            {
                return true;
            }
        }

        return false;
    }
}
