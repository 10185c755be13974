using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>ScatterND: the data with blocks of updates at the places that tuples of indices point to, in index order, so that the last one of a place stays, or each is
/// reduced into what is there. A tuple that points outside fails the run; an element alone passes over such an update.</summary>
internal sealed class ScatterNdOperator : BoundOperator
{
    private readonly ScatterReduction _reduction;

    internal ScatterNdOperator(NodeBinder binder)
    {
        binder.Arity(3, 3);
        _reduction = new ScatterReduction(binder);
    }

    private protected override bool OnlyMoves => _reduction.Replaces;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        var tuples = new NdIndices(inputs.ShapeOf(0), inputs.ShapeOf(1), 0);
        ulong value = inputs.ReadBits(0, index);
        long within = index % tuples.Block;
        for (long tuple = 0; tuple < tuples.Count; tuple++)
        {
            if (tuples.Start(inputs, tuple) == index - within)
            {
                value = _reduction.Apply(value, inputs.ReadBits(2, (tuple * tuples.Block) + within), inputs.TypeOf(0));
            }
        }

        return value;
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        if ((NdIndices.Require(inputs, 0) ?? _reduction.Require(inputs)) is string fault)
        {
            return fault;
        }

        ReadOnlySpan<long> data = inputs.ShapeOf(0).Lengths.AsSpan();
        ReadOnlySpan<long> indices = inputs.ShapeOf(1).Lengths.AsSpan();
        long[] expected = [.. indices[..^1], .. data[(int)indices[^1]..]];
        return inputs.ShapeOf(2).Lengths.AsSpan().SequenceEqual(expected) ? null : $"Expected updates of the lengths [{string.Join(", ", expected)}], got {inputs.ShapeOf(2)}.";
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs) => new NdIndices(inputs[0]!.Shape, inputs[1]!.Shape, 0).Check(inputs[1]!);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        inputs[0]!.Bytes.Span.CopyTo(output.Bytes);
        TensorValue indices = inputs[1]!;
        TensorValue updates = inputs[2]!;
        var tuples = new NdIndices(output.Signature.Shape, indices.Shape, 0);
        ElementType type = output.Signature.Type;
        int size = ElementTypes.SizeOf(type);
        int block = (int)tuples.Block;
        context.InOrder(updates.Length == 0 ? 0 : (int)tuples.Count, 16 + block, (from, to) =>
        {
            ReadOnlySpan<byte> u = updates.Bytes.Span;
            Span<byte> y = output.Bytes;
            for (int tuple = from; tuple < to; tuple++)
            {
                int start = (int)tuples.Start(indices.AsSpan<long>(), tuple);
                if (_reduction.Replaces)
                {
                    u.Slice(tuple * block * size, block * size).CopyTo(y[(start * size)..]);
                    continue;
                }

                for (int i = 0; i < block; i++)
                {
                    ulong value = _reduction.Apply(ElementBits.Read(y, start + i, size), ElementBits.Read(u, (tuple * block) + i, size), type);
                    ElementBits.Write(value, y.Slice((start + i) * size, size));
                }
            }
        });
    }
}
