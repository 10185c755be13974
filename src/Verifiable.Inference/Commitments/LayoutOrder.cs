using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>The order of elements under a layout: the tensor as a batch of matrices [batch, rows, columns], each of which is committed transposed.</summary>
/// <remarks>Both permuted layouts have this form: by column has the last two axes as the matrix, channels-last has channels as rows and all places as columns.</remarks>
internal readonly struct LayoutOrder
{
    private LayoutOrder(long rows, long columns)
    {
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Gets the number of rows of one matrix, 1 or more.</summary>
    public long Rows { get; }

    /// <summary>Gets the number of columns of one matrix, 1 or more.</summary>
    public long Columns { get; }

    /// <summary>Gets a value indicating whether transposing changes nothing, so that the order is row-major.</summary>
    public bool IsRowMajor => Rows == 1 || Columns == 1;

    /// <summary>Gets the order of a shape's elements; the shape has elements.</summary>
    public static LayoutOrder Of(TensorShape shape, TensorLayout layout)
    {
        if (shape.Rank < 2 || shape.ElementCount == 0 || layout == TensorLayout.RowMajor)
        {
            return new LayoutOrder(1, 1);
        }

        if (layout == TensorLayout.ByColumn)
        {
            return new LayoutOrder(shape[shape.Rank - 2], shape[shape.Rank - 1]);
        }

        return new LayoutOrder(shape[1], shape.ElementCount / shape[0] / shape[1]);
    }

    /// <summary>Gets the committed place of the element at a row-major place.</summary>
    public long PlaceOf(long rowMajor)
    {
        if (IsRowMajor)
        {
            return rowMajor;
        }

        (long matrix, long within) = Math.DivRem(rowMajor, Rows * Columns);
        (long row, long column) = Math.DivRem(within, Columns);
        return (matrix * Rows * Columns) + (column * Rows) + row;
    }

    /// <summary>Gets the row-major place of the element at a committed place.</summary>
    public long RowMajorOf(long place)
    {
        if (IsRowMajor)
        {
            return place;
        }

        (long matrix, long within) = Math.DivRem(place, Rows * Columns);
        (long column, long row) = Math.DivRem(within, Rows);
        return (matrix * Rows * Columns) + (row * Columns) + column;
    }
}
