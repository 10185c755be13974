using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Walks over some of a tensor's axes, row-major, while the others stand still.</summary>
internal static class Walk
{
    /// <summary>Counts the elements over the axes that are chosen.</summary>
    internal static long Count(TensorShape shape, ReadOnlySpan<bool> axes, bool chosen)
    {
        long count = 1;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            count *= axes[axis] == chosen ? shape[axis] : 1;
        }

        return count;
    }

    /// <summary>Gets the row-major offset, in the whole tensor, of the index-th element over the axes that are chosen.</summary>
    internal static long Offset(long index, TensorShape shape, ReadOnlySpan<bool> axes, bool chosen)
    {
        long offset = 0;
        long stride = 1;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            long length = shape[axis];
            if (axes[axis] == chosen)
            {
                offset += index % length * stride;
                index /= length;
            }

            stride *= length;
        }

        return offset;
    }

    /// <summary>Tells whether an axis, from one on, has no length.</summary>
    internal static bool HasZero(TensorShape shape, int from)
    {
        bool has = false;
        for (int axis = from; axis < shape.Rank; axis++)
        {
            has |= shape[axis] == 0;
        }

        return has;
    }

    /// <summary>Multiplies the lengths of the axes from one up to, but without, another.</summary>
    internal static int Product(TensorShape shape, int from, int to)
    {
        long product = 1;
        for (int axis = from; axis < to; axis++)
        {
            product *= shape[axis];
        }

        return checked((int)product);
    }
}
