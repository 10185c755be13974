namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Weights of few bits as a model holds them: a scale for each block of each column.</summary>
internal interface IBlockSource
{
    /// <summary>Gets the length of the sums.</summary>
    int Depth { get; }

    int Columns { get; }

    /// <summary>Gets the length of a block.</summary>
    int Block { get; }

    /// <summary>Gets bounds of the weights, zero points subtracted; wider than a byte where they are no integers.</summary>
    (int Least, int Most) Range();

    float Scale(int column, int block);

    /// <summary>Gets a weight, its zero point subtracted and rounded to binary32.</summary>
    float Weight(int column, int block, int place);

    /// <summary>Writes the weights of a block of a column that are integers, one for each line, or two in a byte.</summary>
    void Read(int column, int block, int length, Span<sbyte> to, int stride, bool asHalves);
}
