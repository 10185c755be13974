using System.Collections.Immutable;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Split: pieces along one axis. Their lengths are an attribute before version 13 and an input since; without them the pieces are equal, and since version 18
/// (<c>num_outputs</c>) the last one may be shorter.</summary>
internal sealed class SplitOperator : BoundOperator
{
    private readonly long _axis;
    private readonly ImmutableArray<long> _lengths;
    private readonly long _pieces;
    private readonly bool _isRagged;

    internal SplitOperator(NodeBinder binder)
    {
        binder.Arity(1, binder.Opset >= 13 ? 2 : 1, int.MaxValue);
        _axis = binder.Int("axis", 0);
        _lengths = binder.Opset < 13 ? binder.Ints("split") : default;
        _pieces = binder.Node.Outputs.Length;
        if (binder.Opset >= 18)
        {
            _isRagged = binder.Node.KindOf("num_outputs") != Graph.AttributeKind.None;
            long pieces = binder.Int("num_outputs", _pieces);
            if (pieces < _pieces || (_isRagged && binder.Node.HasInput(1)))
            {
                binder.Refuse(Format.ModelRefusalReason.BadAttribute, $"Expected num_outputs without lengths and {_pieces} or more, got {pieces}.");
            }

            // Outputs at the end that nobody wants may be left out.
            _pieces = pieces;
        }
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        _ = Plan(inputs, _isRagged ? output + 1 : (int)_pieces, out int axis, out long[] lengths);
        long inner = RowMajor.Product(shape, axis + 1, shape.Rank);
        long start = lengths.AsSpan()[..output].ToArray().Sum();
        long along = start + (index / inner % lengths[output]);
        return inputs.ReadBits(0, (((index / inner / lengths[output] * shape[axis]) + along) * inner) + (index % inner));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = inputs.ShapeOf(0);
        if (Plan(inputs, outputs.Length, out int axis, out long[] pieces) is string fault)
        {
            return fault;
        }

        long[] lengths = [.. shape.Lengths.AsSpan()];
        for (int i = 0; i < outputs.Length; i++)
        {
            lengths[axis] = pieces[i];
            outputs[i] = new TensorSignature(inputs.TypeOf(0), new TensorShape(lengths));
        }

        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        TensorValue input = inputs[0]!;
        if (input.Length == 0)
        {
            return;
        }

        _ = Plan(new TensorInputs(inputs.ToArray()), outputs.Length, out int axis, out long[] pieces);
        long[] strides = RowMajor.Strides(input.Shape);
        long start = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is TensorBuffer output)
            {
                StridedCopy.ToWhole(context, input.Bytes, start * strides[axis], strides, output);
            }

            start += pieces[i];
        }
    }

    // The lengths of the first pieces, as many as asked for.
    private string? Plan(OperatorInputs inputs, int count, out int axis, out long[] pieces)
    {
        TensorShape shape = inputs.ShapeOf(0);
        pieces = [];
        if (Faults.ResolveAxis(_axis, shape.Rank, false, out axis) is string fault)
        {
            return fault;
        }

        long length = shape[axis];
        if (!_lengths.IsDefault || inputs.Has(1))
        {
            pieces = [.. _lengths.IsDefault ? [] : _lengths.AsSpan()];
            fault = _lengths.IsDefault ? ShapeInputs.ReadList(inputs, 1, out pieces, (int)_pieces)! : null!;
            if (fault is null && !Fits(pieces, length))
            {
                fault = $"Expected {_pieces} lengths of 0 or more whose sum is {length}, got [{string.Join(", ", pieces)}].";
            }

            return fault;
        }

        long piece = _isRagged ? (length / _pieces) + (length % _pieces == 0 ? 0 : 1) : length / _pieces;
        if ((!_isRagged && piece * _pieces != length) || (_isRagged && (Int128)piece * (_pieces - 1) > length))
        {
            return $"Expected an axis that divides into {_pieces} pieces, got {shape} along axis {axis}.";
        }

        pieces = new long[count];
        pieces.AsSpan().Fill(piece);
        if (_isRagged && count == _pieces)
        {
            pieces[^1] = length - (piece * (_pieces - 1));
        }

        return null;
    }

    private bool Fits(long[] pieces, long length)
    {
        Int128 sum = 0;
        foreach (long piece in pieces)
        {
            if (piece < 0)
            {
                return false;
            }

            sum += piece;
        }

        return pieces.Length == _pieces && sum == length;
    }
}
