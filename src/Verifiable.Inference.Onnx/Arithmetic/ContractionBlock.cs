namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>One block of a contraction: how many rows and products, and how far apart their elements are. Not more than
/// <see cref="Contraction.BlockLength"/> products; <c>default</c> is a block of no rows.</summary>
/// <param name="Rows">The output rows, 0 or more.</param>
/// <param name="Length">The products of one output element, 1 or more.</param>
/// <param name="RowStep">The distance between the elements of neighbouring rows of the left operand: its row length, or 1 when it is packed or transposed.</param>
/// <param name="DepthStep">The distance between the elements of neighbouring products of the left operand: 1, or the number of packed rows.</param>
/// <param name="LineStep">The distance between the lines of the right operand: the width of a panel, or the row length of a matrix read in place.</param>
/// <param name="OutputStep">The distance between output rows.</param>
/// <param name="Accumulates">Whether the block is added to what the output holds; otherwise the output is overwritten.</param>
internal readonly record struct ContractionBlock(int Rows, int Length, int RowStep, int DepthStep, int LineStep, int OutputStep, bool Accumulates)
{
    /// <summary>Gets the number of panels that stand side by side in the output, 0 or more.</summary>
    internal int Panels { get; init; } = 1;

    /// <summary>Gets the distance between neighbouring panels of the right operand.</summary>
    internal int PanelStep { get; init; }

    /// <summary>Gets the number of elements from the first to the last of the left operand.</summary>
    internal int LeftExtent => Extent(Rows, RowStep, Length, DepthStep);

    /// <summary>Gets the number of elements from the first to the last of the right operand.</summary>
    internal int RightExtent(int columns) => checked(Extent(Panels, PanelStep, 1, 1) - 1 + Extent(Length, LineStep, columns, 1));

    /// <summary>Gets the number of elements from the first to the last of the output.</summary>
    internal int OutputExtent(int columns) => Extent(Rows, OutputStep, checked(Panels * columns), 1);

    private static int Extent(int outer, int outerStep, int inner, int innerStep) =>
        outer < 1 || inner < 1 || outerStep < 0 || innerStep < 0
            ? throw new ArgumentOutOfRangeException(nameof(outer), $"Expected lengths of 1 or more and steps of 0 or more, got {outer} × {outerStep} and {inner} × {innerStep}.")
            : checked(((outer - 1) * outerStep) + ((inner - 1) * innerStep) + 1);
}
