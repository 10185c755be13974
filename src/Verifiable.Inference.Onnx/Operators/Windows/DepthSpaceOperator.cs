using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>DepthToSpace and SpaceToDepth: squares of a plane become channels, or the other way round. Modes of DepthToSpace exist since operator set 11: DCR has the
/// place in the square outermost among the channels, CRD innermost.</summary>
internal sealed class DepthSpaceOperator : BoundOperator
{
    private readonly bool _toSpace;
    private readonly bool _channelsFirst;
    private readonly long _block;

    private DepthSpaceOperator(NodeBinder binder, bool toSpace)
    {
        binder.Arity(1, 1);
        _toSpace = toSpace;
        _block = binder.RequiredInt("blocksize");
        string mode = toSpace && binder.Opset >= 11 ? binder.Text("mode", "DCR") : "DCR";
        _channelsFirst = mode == "CRD";
        if (_block is < 1 or > int.MaxValue || mode is not ("DCR" or "CRD"))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a blocksize of 1 or more and mode DCR or CRD, got {_block} and '{mode}'.");
        }
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("DepthToSpace", 1, binder => new DepthSpaceOperator(binder, true), reachesBack: true),
        new("SpaceToDepth", 1, binder => new DepthSpaceOperator(binder, false), reachesBack: true),
    ];

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        long[] to = RowMajor.Coordinates(index, Output(shape));
        if (_toSpace)
        {
            (long h, long i, long w, long j) = (to[2] / _block, to[2] % _block, to[3] / _block, to[3] % _block);
            long channels = shape[1] / _block / _block;
            long channel = _channelsFirst ? (to[1] * _block * _block) + (i * _block) + j : (((i * _block) + j) * channels) + to[1];
            return inputs.ReadBits(0, RowMajor.Index([to[0], channel, h, w], RowMajor.Strides(shape)));
        }

        long square = to[1] / shape[1];
        return inputs.ReadBits(0, RowMajor.Index([to[0], to[1] % shape[1], (to[2] * _block) + (square / _block), (to[3] * _block) + (square % _block)], RowMajor.Strides(shape)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = inputs.ShapeOf(0);
        bool fits = shape.Rank == 4 && (_toSpace
            ? shape[1] % ((Int128)_block * _block) == 0 && Int128.Max(shape[2], shape[3]) * _block <= long.MaxValue
            : shape[2] % _block == 0 && shape[3] % _block == 0 && (Int128)shape[1] * _block * _block <= long.MaxValue);
        if (!fits)
        {
            return $"Expected an input [N, C, H, W] that blocks of {_block} × {_block} divide, got {shape}.";
        }

        string? fault = Faults.Shape(Lengths(shape), out TensorShape output);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), output);
        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        // The axes are batch, channel, square row, row in the square, square column, column in the square; the squares are in the plane of one side, and in the
        // channels of the other.
        TensorShape shape = inputs[0]!.Shape;
        TensorShape spread = _toSpace ? output.Signature.Shape : shape;
        TensorShape deep = _toSpace ? shape : output.Signature.Shape;
        long[] wide = RowMajor.Strides(spread);
        long[] narrow = RowMajor.Strides(deep);
        long channel = _channelsFirst ? narrow[1] * _block * _block : narrow[1];
        long square = _channelsFirst ? narrow[1] : narrow[1] * spread[1];
        long[] lengths = [spread[0], spread[1], deep[2], _block, deep[3], _block];
        long[] inPlane = [wide[0], wide[1], wide[2] * _block, wide[2], wide[3] * _block, wide[3]];
        long[] inChannels = [narrow[0], channel, narrow[2], square * _block, narrow[3], square];
        StridedCopy.Run(context, inputs[0]!.Bytes, 0, _toSpace ? inChannels : inPlane, output, 0, _toSpace ? inPlane : inChannels, lengths);
    }

    private long[] Lengths(TensorShape shape) => _toSpace
        ? [shape[0], shape[1] / _block / _block, shape[2] * _block, shape[3] * _block]
        : [shape[0], shape[1] * _block * _block, shape[2] / _block, shape[3] / _block];

    private TensorShape Output(TensorShape shape) => new(Lengths(shape));
}
