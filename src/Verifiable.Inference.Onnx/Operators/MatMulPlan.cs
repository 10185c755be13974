using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The matrices of one MatMul. Not changed once it is made.</summary>
/// <param name="Rows">The rows of a left matrix.</param>
/// <param name="Depth">The products of one output element.</param>
/// <param name="Columns">The columns of a right matrix.</param>
/// <param name="Products">The broadcast axes before the matrices.</param>
/// <param name="LeftStrides">How far a step along them moves among the left matrices.</param>
/// <param name="RightStrides">How far a step along them moves among the right matrices.</param>
/// <param name="Output">The lengths of the output's axes.</param>
internal sealed record MatMulPlan(long Rows, long Depth, long Columns, TensorShape Products, long[] LeftStrides, long[] RightStrides, long[] Output)
{
    internal static string? Make(TensorShape left, TensorShape right, out MatMulPlan plan)
    {
        plan = null!;
        if (left.Rank == 0 || right.Rank == 0)
        {
            return $"Expected vectors, matrices or stacks of matrices, got {left} and {right}.";
        }

        long depth = left[left.Rank - 1];
        if (right[Math.Max(0, right.Rank - 2)] != depth)
        {
            return $"Expected matrices of one inner length, got {left} and {right}.";
        }

        var leftStack = new TensorShape(left.Lengths.AsSpan()[..Math.Max(0, left.Rank - 2)]);
        var rightStack = new TensorShape(right.Lengths.AsSpan()[..Math.Max(0, right.Rank - 2)]);
        if (Broadcast.Combine(leftStack, rightStack, out TensorShape products) is string fault)
        {
            return fault;
        }

        long rows = left.Rank == 1 ? 1 : left[left.Rank - 2];
        long columns = right.Rank == 1 ? 1 : right[right.Rank - 1];
        long[] output = [.. products.Lengths, .. left.Rank == 1 ? (long[])[] : [rows], .. right.Rank == 1 ? (long[])[] : [columns]];
        plan = new MatMulPlan(rows, depth, columns, products, Broadcast.Strides(leftStack, products), Broadcast.Strides(rightStack, products), output);
        return null;
    }
}
