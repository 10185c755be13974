using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>The tensors that grow in one run. Used by one thread.</summary>
/// <param name="plan">What graph nodes do with them.</param>
/// <param name="tensors">The tensors, in the plan's order; <see langword="null"/> for those that are copied.</param>
/// <param name="past">The tokens that each had before the run.</param>
/// <param name="count">The tokens that each has after it.</param>
internal sealed class AppendRun(AppendPlan plan, AppendedTensor?[] tensors, int past, int count)
{
    /// <summary>Does what a graph node has to do, where that is less than computing it.</summary>
    /// <param name="step">The graph node's number.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="context">The context to compute it in, where it has to be.</param>
    /// <param name="output">The output, a shape; <see langword="null"/> where it has to be computed.</param>
    /// <returns>Whether it is done.</returns>
    internal bool Take(int step, ReadOnlySpan<TensorValue?> inputs, ref OperatorContext context, out TensorValue? output)
    {
        output = null;
        (AppendRole role, int number) = plan[step];
        if (role is AppendRole.None or AppendRole.Stack || tensors[number] is not { } tensor)
        {
            return false;
        }

        switch (role)
        {
            case AppendRole.Append:
                if (inputs[1] is not { } rows || !tensor.Takes(rows, past, count))
                {
                    throw new InvalidOperationException($"Expected {count - past} tokens behind the {past} of keys or values that a generation keeps, got {inputs[1]}.");
                }

                tensor.Write(rows, past);
                output = tensor.ShapeOf(tensor.Count);
                return true;
            case AppendRole.Transpose:
                output = tensor.ShapeOf(tensor.Count, isTransposed: true);
                return true;
            default:
                context = context.WithRight(tensor.Matrices);
                return false;
        }
    }
}
