using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>AffineGrid: coordinate c of a point is row c of the matrix times (x, y, 1) or (x, y, z, 1), a contraction. x is fl(fl(2i + 1) ÷ n) − 1 at place i of n, or with
/// <c>align_corners</c> fl(fl(2i) ÷ (n − 1)) − 1, and then 0 where n is 1.</summary>
internal sealed class AffineGridOperator : BoundOperator
{
    private readonly bool _aligns;

    internal AffineGridOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        _aligns = binder.Flag("align_corners");
    }

    private protected override long ElementWork => 60;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        inputs.TypeOf(0) == ElementType.Float32
            ? ElementBits.Of(Point<float>(inputs, index, CanonicalMath.FusedMultiplyAdd))
            : ElementBits.Of(Point<double>(inputs, index, CanonicalMath.FusedMultiplyAdd));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64) ?? ShapeInputs.ReadList(inputs, 1, out _);
        if (fault is not null)
        {
            return fault;
        }

        _ = ShapeInputs.ReadList(inputs, 1, out long[] size);
        TensorShape matrices = inputs.ShapeOf(0);
        int axes = size.Length - 2;
        if (axes is not (2 or 3) || matrices.Rank != 3 || matrices[0] != size[0] || matrices[1] != axes || matrices[2] != axes + 1)
        {
            return $"Expected matrices [n, 2, 3] for four sizes or [n, 3, 4] for five, got {matrices} for [{string.Join(", ", size)}].";
        }

        fault = Faults.Shape([size[0], .. size.AsSpan(2), axes], out TensorShape shape)!;
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private T Point<T>(OperatorInputs inputs, long index, Func<T, T, T, T> fuse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int axes = (int)inputs.ShapeOf(0)[1];
        (long point, long row) = Math.DivRem(index, axes);
        Span<T> place = stackalloc T[4];
        place[axes] = T.One;
        for (int axis = 0; axis < axes; axis++)
        {
            // x runs along the last axis.
            long length = inputs.ReadInteger(1, 1 + axes - axis);
            (point, long i) = Math.DivRem(point, length);
            place[axis] = Place<T>(i, length);
        }

        T sum = T.Zero;
        for (int k = 0; k <= axes; k++)
        {
            sum = fuse(place[k], inputs.Read<T>(0, (((point * axes) + row) * (axes + 1)) + k), sum);
        }

        return sum;
    }

    private T Place<T>(long i, long length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_aligns)
        {
            return length == 1 ? T.Zero : (T.CreateTruncating(2 * i) / T.CreateTruncating(length - 1)) - T.One;
        }

        return (T.CreateTruncating((2 * i) + 1) / T.CreateTruncating(length)) - T.One;
    }
}
