using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Keeps the plan of the latest shapes of one operator, so that runs of one shape make none. Thread-safe.</summary>
/// <param name="leftTransposed">Whether the last two axes of the left operand are exchanged.</param>
/// <param name="rightTransposed">Whether the last two axes of the right operand are exchanged.</param>
/// <param name="merges">Whether a stack with one right matrix becomes one product.</param>
internal sealed class MatMulPlanCell(bool leftTransposed, bool rightTransposed, bool merges)
{
    private volatile Entry? _last;

    /// <summary>Gets the plan for two shapes that fit each other.</summary>
    internal MatMulPlan Get(TensorShape left, TensorShape right)
    {
        Entry? last = _last;
        if (last is null || last.Left != left || last.Right != right)
        {
            _ = MatMulPlan.Make(left, right, leftTransposed, rightTransposed, out MatMulPlan plan);
            last = new Entry(left, right, merges ? plan.Merge() : plan);
            _last = last;
        }

        return last.Plan;
    }

    private sealed record Entry(TensorShape Left, TensorShape Right, MatMulPlan Plan);
}
