using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Which scale belongs to an element: one for all, one for every place of an axis, or one for every block along it. <c>default</c> is of no tensor.</summary>
internal readonly struct QuantizationLayout
{
    private readonly long _length;
    private readonly long _inner;
    private readonly long _scales;
    private readonly long _block;

    private QuantizationLayout(long length, long inner, long scales, long block)
    {
        _length = length;
        _inner = inner;
        _scales = scales;
        _block = block;
    }

    /// <summary>Gets the number of elements in a row that have one scale.</summary>
    internal long Run => _scales == 0 ? long.MaxValue : _block == 1 ? _inner : 1;

    /// <summary>Makes the layout from the shapes of the elements and of the scales.</summary>
    internal static string? TryCreate(TensorShape shape, TensorShape scales, long axis, long blockSize, out QuantizationLayout layout)
    {
        layout = new QuantizationLayout(1, 1, 0, 1);
        if (blockSize == 0 && scales.ElementCount == 1 && scales.Rank <= 1)
        {
            return null;
        }

        string? fault = Faults.ResolveAxis(axis, shape.Rank, false, out int resolved);
        if (fault is not null)
        {
            return fault;
        }

        long inner = 1;
        for (int i = resolved + 1; i < shape.Rank; i++)
        {
            inner *= shape[i];
        }

        long length = shape[resolved];
        if (blockSize == 0)
        {
            layout = new QuantizationLayout(length, inner, length, 1);
            return scales.Rank == 1 && scales[0] == length ? null : $"Expected one scale, or {length} for axis {axis} of {shape}, got {scales}.";
        }

        bool fits = scales.Rank == shape.Rank;
        for (int i = 0; fits && i < shape.Rank; i++)
        {
            fits = scales[i] == (i == resolved ? (shape[i] / blockSize) + (shape[i] % blockSize == 0 ? 0 : 1) : shape[i]);
        }

        layout = new QuantizationLayout(length, inner, fits ? scales[resolved] : 0, blockSize);

        // A block of one element along the axis is told from a scale for every place of it.
        layout = blockSize == 1 ? new QuantizationLayout(0, 1, 1, 0) : layout;
        return fits ? null : $"Expected scales for blocks of {blockSize} along axis {axis} of {shape}, got {scales}.";
    }

    /// <summary>Gets the index of an element's scale.</summary>
    internal long ScaleOf(long index)
    {
        if (_scales == 0)
        {
            return 0;
        }

        if (_block == 0)
        {
            return index;
        }

        long place = index / _inner % _length;
        return _block == 1 ? place : (((index / (_inner * _length) * _scales) + (place / _block)) * _inner) + (index % _inner);
    }
}
