using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Runs a kernel over the places of one plane: along the rows where they are long, else over the rows and what lies between them at once.</summary>
internal static class WindowPlanes
{
    private const int Lanes = 16;

    /// <summary>Counts the elements that <see cref="Run"/> needs beside the output.</summary>
    internal static int ScratchLength(WindowLayout layout) => layout.Span + WindowLayout.Slack;

    /// <summary>Tells whether the kernel may read beyond the input that is under the window.</summary>
    internal static bool ReadsSlack(WindowLayout layout) => layout.RowLength < Lanes && (layout.Span < Lanes || Together(layout) > Alone(layout));

    /// <summary>Computes one output plane.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="layout">How the input is laid out.</param>
    /// <param name="source">The input, laid out.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> elements that become anything.</param>
    /// <param name="output">The output plane, complete.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TKernel>(in TKernel kernel, WindowLayout layout, ReadOnlySpan<float> source, Span<float> scratch, Span<float> output)
        where TKernel : struct, IWindowKernel, allows ref struct
    {
        int run = layout.RowLength;
        int[] rows = layout.RowStarts;
        if (layout.Span == output.Length && run >= Lanes)
        {
            kernel.Run(source, output, output.Length);
            return;
        }

        if (run >= Lanes && Alone(layout) <= Together(layout) + rows.Length)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                kernel.Run(source[rows[row]..], output.Slice(row * run, run), run);
            }

            return;
        }

        if (Together(layout) <= Alone(layout))
        {
            kernel.Run(source, scratch, layout.Span);
        }
        else
        {
            for (int row = 0; row < rows.Length; row++)
            {
                kernel.Run(source[rows[row]..], scratch[rows[row]..], run);
            }
        }

        for (int row = 0; row < rows.Length; row++)
        {
            WindowLayout.CopyRun(scratch[rows[row]..], output[(row * run)..], run);
        }
    }

    // How many vectors the rows take one by one, and all together.
    private static long Alone(WindowLayout layout) => (long)layout.RowStarts.Length * ((layout.RowLength + Lanes - 1) / Lanes);

    private static long Together(WindowLayout layout) => (layout.Span + Lanes - 1) / Lanes;
}
