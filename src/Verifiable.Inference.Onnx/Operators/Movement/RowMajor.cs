using System.Runtime.CompilerServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Positions of elements in tensors that are stored row-major. Nothing overflows, whatever the shape, since a shape's lengths other than 0 multiply to 63 bits at most.</summary>
internal static class RowMajor
{
    /// <summary>Gets how far one step along each axis moves; an axis of length 0 counts as one of length 1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static long[] Strides(TensorShape shape)
    {
        long[] strides = new long[shape.Rank];
        long stride = 1;
        for (int axis = strides.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(1, shape[axis]);
        }

        return strides;
    }

    /// <summary>Gets the coordinates of an element.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static long[] Coordinates(long index, TensorShape shape)
    {
        long[] coordinates = new long[shape.Rank];
        for (int axis = coordinates.Length - 1; axis >= 0; axis--)
        {
            coordinates[axis] = index % shape[axis];
            index /= shape[axis];
        }

        return coordinates;
    }

    /// <summary>Gets the index of an element.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static long Index(ReadOnlySpan<long> coordinates, ReadOnlySpan<long> strides)
    {
        long index = 0;
        for (int axis = 0; axis < coordinates.Length; axis++)
        {
            index += coordinates[axis] * strides[axis];
        }

        return index;
    }

    /// <summary>Multiplies the lengths of the axes from one up to, but without, another.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static long Product(TensorShape shape, int from, int to)
    {
        long product = 1;
        for (int axis = from; axis < to; axis++)
        {
            product *= shape[axis];
        }

        return product;
    }
}
