using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>GatherND: the blocks of the data that tuples of indices point to. A tuple that points outside fails the run; an element alone is 0 there.</summary>
internal sealed class GatherNdOperator : BoundOperator
{
    private readonly long _batchAxes;

    internal GatherNdOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        _batchAxes = binder.Opset >= 12 ? binder.Int("batch_dims", 0) : 0;
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        var tuples = new NdIndices(inputs.ShapeOf(0), inputs.ShapeOf(1), (int)_batchAxes);
        long start = tuples.Start(inputs, index / tuples.Block);
        return start < 0 ? 0 : inputs.ReadBits(0, start + (index % tuples.Block));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        if (NdIndices.Require(inputs, _batchAxes) is string fault)
        {
            return fault;
        }

        ReadOnlySpan<long> data = inputs.ShapeOf(0).Lengths.AsSpan();
        ReadOnlySpan<long> indices = inputs.ShapeOf(1).Lengths.AsSpan();
        long[] lengths = [.. indices[..^1], .. data[(int)(_batchAxes + indices[^1])..]];
        fault = Faults.Shape(lengths, out TensorShape shape)!;
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs) =>
        new NdIndices(inputs[0]!.Shape, inputs[1]!.Shape, (int)_batchAxes).Check(inputs[1]!);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue source = inputs[0]!;
        TensorValue indices = inputs[1]!;
        var tuples = new NdIndices(source.Shape, indices.Shape, (int)_batchAxes);
        int size = ElementTypes.SizeOf(source.Type);
        int block = (int)tuples.Block * size;
        context.For((int)tuples.Count, 4 + tuples.Depth + (block / 16), (from, to) =>
        {
            for (int tuple = from; tuple < to; tuple++)
            {
                int start = (int)tuples.Start(indices.AsSpan<long>(), tuple) * size;
                source.Bytes.Span.Slice(start, block).CopyTo(output.Bytes[(tuple * block)..]);
            }
        });
    }
}
