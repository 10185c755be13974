namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Runs a kernel over the places of one plane: along the rows where they are long, else over the rows and what lies between them at once.</summary>
internal static class WindowPlanes
{
    private const int Lanes = 16;

    /// <summary>Counts the elements that <see cref="Run"/> needs beside the output.</summary>
    internal static int ScratchLength(WindowLayout layout) => layout.Span + WindowLayout.Slack;

    /// <summary>Computes one output plane.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="layout">How the input is laid out.</param>
    /// <param name="source">The input, laid out.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> elements that become anything.</param>
    /// <param name="output">The output plane, complete.</param>
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

        long alone = (long)rows.Length * ((run + Lanes - 1) / Lanes);
        long together = (layout.Span + Lanes - 1) / Lanes;
        if (run >= Lanes && alone <= together + rows.Length)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                kernel.Run(source[rows[row]..], output.Slice(row * run, run), run);
            }

            return;
        }

        if (together <= alone)
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
}
