using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The tuples of indices of GatherND and ScatterND: where in the data each of them points. Immutable and thread-safe.</summary>
internal sealed class NdIndices
{
    private readonly TensorShape _data;
    private readonly long[] _strides;
    private readonly int _batchAxes;
    private readonly long _tuplesPerBatch;

    /// <summary>Creates the reader of tuples for shapes that fit.</summary>
    internal NdIndices(TensorShape data, TensorShape indices, int batchAxes)
    {
        _data = data;
        _batchAxes = batchAxes;
        _strides = RowMajor.Strides(data);
        Depth = (int)indices[indices.Rank - 1];
        Count = RowMajor.Product(indices, 0, indices.Rank - 1);
        _tuplesPerBatch = RowMajor.Product(indices, batchAxes, indices.Rank - 1);
        Block = RowMajor.Product(data, batchAxes + Depth, data.Rank);
        BatchStride = RowMajor.Product(data, batchAxes, data.Rank);
    }

    /// <summary>Gets the number of indices in a tuple.</summary>
    internal int Depth { get; }

    /// <summary>Gets the number of tuples.</summary>
    internal long Count { get; }

    /// <summary>Gets the number of elements that a tuple points to.</summary>
    internal long Block { get; }

    private long BatchStride { get; }

    /// <summary>Requires indices whose tuples are not longer than the data has axes after those of the batch.</summary>
    internal static string? Require(OperatorInputs inputs, long batchAxes)
    {
        TensorShape data = inputs.ShapeOf(0);
        TensorShape indices = inputs.ShapeOf(1);
        if (Faults.RequireType(inputs, 1, ElementType.Int64) is string fault)
        {
            return fault;
        }

        bool fits = batchAxes >= 0 && batchAxes < Math.Min(data.Rank, indices.Rank) && indices[indices.Rank - 1] >= 1 && indices[indices.Rank - 1] <= data.Rank - batchAxes;
        for (int axis = 0; fits && axis < batchAxes; axis++)
        {
            fits = data[axis] == indices[axis];
        }

        return fits ? null : $"Expected indices whose last axis has a tuple of at most {data.Rank} − {batchAxes} indices, and whose first {batchAxes} axes are those of {data}, got {indices}.";
    }

    /// <summary>Gets the index of the first element that a tuple points to; −1 where it points outside.</summary>
    internal long Start(OperatorInputs inputs, long tuple)
    {
        long start = tuple / _tuplesPerBatch * BatchStride;
        for (int i = 0; i < Depth; i++)
        {
            long index = IndexSpan.Resolve(inputs.ReadInteger(1, (tuple * Depth) + i), _data[_batchAxes + i]);
            if (index < 0)
            {
                return -1;
            }

            start += index * _strides[_batchAxes + i];
        }

        return start;
    }

    /// <summary>Gets the index of the first element that a tuple points to; −1 where it points outside.</summary>
    internal long Start(ReadOnlySpan<long> indices, long tuple)
    {
        long start = tuple / _tuplesPerBatch * BatchStride;
        for (int i = 0; i < Depth; i++)
        {
            long index = IndexSpan.Resolve(indices[(int)(tuple * Depth) + i], _data[_batchAxes + i]);
            if (index < 0)
            {
                return -1;
            }

            start += index * _strides[_batchAxes + i];
        }

        return start;
    }

    /// <summary>Requires every tuple to point into the data.</summary>
    internal string? Check(TensorValue indices)
    {
        ReadOnlySpan<long> values = indices.AsSpan<long>();
        for (long tuple = 0; values.Length > 0 && tuple < Count; tuple++)
        {
            if (Start(values, tuple) < 0)
            {
                return $"Expected indices into {_data}, got [{string.Join(", ", values.Slice((int)(tuple * Depth), Depth).ToArray())}] as tuple {tuple}.";
            }
        }

        return null;
    }
}
