using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A window of 3 × 3 over one channel with stride 1 and padding 1, where the input is: the inner places together, rows and what lies between them, then the
/// rows and the columns at the border. Stateless and thread-safe.</summary>
internal static class BorderedContraction
{
    private const int Lanes = 16;

    // Below, the columns at the border, which take no vectors, cost more than laying the plane out.
    private const int LeastWidth = 24;

    /// <summary>Tells whether the window is such a one over planes that are not too small.</summary>
    internal static bool Fits(WindowPlan plan)
    {
        for (int axis = 0; axis < plan.Axes; axis++)
        {
            if (plan.Kernel[axis] != 3 || plan.Strides[axis] != 1 || plan.Dilations[axis] != 1 || plan.Before[axis] != 1 || plan.Outputs[axis] != plan.Inputs[axis])
            {
                return false;
            }
        }

        return plan.Axes == 2 && plan.Inputs[0] >= 3 && plan.Inputs[1] >= LeastWidth && ((plan.Inputs[0] - 2) * plan.Inputs[1]) - 2 >= Lanes;
    }

    /// <summary>Makes the offsets of the taps in rows of a length.</summary>
    internal static int[] Taps(int width) => [0, 1, 2, width, width + 1, width + 2, 2 * width, (2 * width) + 1, (2 * width) + 2];

    /// <summary>Counts the elements that <see cref="Run"/> needs beside the output.</summary>
    internal static Int128 ScratchLength(WindowPlan plan) => (4 * (Int128)plan.Inputs[1]) + (2 * WindowLayout.Slack);

    /// <summary>Computes one output plane.</summary>
    /// <param name="kernel">The kernel over <see cref="Taps"/>.</param>
    /// <param name="input">The input plane.</param>
    /// <param name="width">The length of its rows.</param>
    /// <param name="weights">The nine weights.</param>
    /// <param name="bias">What the sums start from; empty or one number.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> elements that become anything.</param>
    /// <param name="output">The output plane.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TKernel>(
        in TKernel kernel, ReadOnlySpan<float> input, int width, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> scratch, Span<float> output)
        where TKernel : struct, IWindowKernel, allows ref struct
    {
        int last = output.Length - width;
        kernel.Run(input, output[(width + 1)..], output.Length - (2 * width) - 2);

        // The first and the last row, beside a row of zeros.
        Span<float> rows = scratch[..((3 * width) + WindowLayout.Slack)];
        Span<float> row = scratch[rows.Length..];
        rows[..width].Clear();
        input[..(2 * width)].CopyTo(rows[width..]);
        kernel.Run(rows, row, width - 2);
        row[..(width - 2)].CopyTo(output[1..]);
        input[(last - width)..].CopyTo(rows);
        rows.Slice(2 * width, width).Clear();
        kernel.Run(rows, row, width - 2);
        row[..(width - 2)].CopyTo(output[(last + 1)..]);

        // The first and the last column.
        rows[..width].Clear();
        ReadOnlySpan<float> zeros = rows[..width];
        for (int start = 0; start <= last; start += width)
        {
            ReadOnlySpan<float> above = start == 0 ? zeros : input.Slice(start - width, width);
            ReadOnlySpan<float> at = input.Slice(start, width);
            ReadOnlySpan<float> below = start == last ? zeros : input.Slice(start + width, width);
            output[start] = Sum(0f, above[0], above[1], 0f, at[0], at[1], 0f, below[0], below[1], weights, bias);
            output[start + width - 1] = Sum(above[^2], above[^1], 0f, at[^2], at[^1], 0f, below[^2], below[^1], 0f, weights, bias);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(
        float x0, float x1, float x2, float x3, float x4, float x5, float x6, float x7, float x8, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        float sum = CanonicalMath.FusedMultiplyAdd(x0, weights[0], 0f);
        sum = CanonicalMath.FusedMultiplyAdd(x1, weights[1], sum);
        sum = CanonicalMath.FusedMultiplyAdd(x2, weights[2], sum);
        sum = CanonicalMath.FusedMultiplyAdd(x3, weights[3], sum);
        sum = CanonicalMath.FusedMultiplyAdd(x4, weights[4], sum);
        sum = CanonicalMath.FusedMultiplyAdd(x5, weights[5], sum);
        sum = CanonicalMath.FusedMultiplyAdd(x6, weights[6], sum);
        sum = CanonicalMath.FusedMultiplyAdd(x7, weights[7], sum);
        sum = CanonicalMath.FusedMultiplyAdd(x8, weights[8], sum);
        return bias.IsEmpty ? sum : sum + bias[0];
    }
}
