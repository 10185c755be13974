using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>TensorScatter: a cache with the steps of an update from a place of each sequence on, by the axis of the steps; in the mode circular the places begin again
/// after the last. A place outside the cache fails the run; an element alone passes over such steps.</summary>
internal sealed class TensorScatterOperator : BoundOperator
{
    private readonly long _axis;
    private readonly bool _isCircular;

    private TensorScatterOperator(NodeBinder binder)
    {
        binder.Arity(2, 3);
        _axis = binder.Int("axis", -2);
        string mode = binder.Text("mode", "linear");
        _isCircular = mode == "circular";
        if (mode is not ("linear" or "circular"))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected the mode linear or circular, got '{mode}'.");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("TensorScatter", 24, binder => new TensorScatterOperator(binder));

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        long inner = Inner(shape, axis);
        long batch = index / (shape.ElementCount / shape[0]);
        long place = index / inner % shape[axis];
        long start = inputs.Has(2) ? inputs.ReadInteger(2, batch) : 0;
        long step = StepOf(place, start, shape[axis]);
        long steps = inputs.ShapeOf(1)[axis];
        return step >= 0 && step < steps ? inputs.ReadBits(1, (((index / inner / shape[axis] * steps) + step) * inner) + (index % inner)) : inputs.ReadBits(0, index);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        TensorShape shape = inputs.ShapeOf(0);
        TensorShape update = inputs.ShapeOf(1);
        string? fault = Faults.RequireSameType(inputs, 1, 0) ?? Faults.ResolveAxis(_axis, shape.Rank, false, out int resolved);
        if (fault is not null)
        {
            return fault;
        }

        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        bool fits = axis > 0 && update.Rank == shape.Rank && update[axis] <= shape[axis];
        for (int i = 0; fits && i < shape.Rank; i++)
        {
            fits = i == axis || update[i] == shape[i];
        }

        return !fits ? $"Expected an update of {shape} along an axis after the first, got {update} along axis {axis}."
            : inputs.Has(2) ? Faults.RequireType(inputs, 2, ElementType.Int64) ?? (inputs.ShapeOf(2) == new TensorShape(shape[0]) ? null : $"Expected a place for each of {shape[0]} sequences, got {inputs.ShapeOf(2)}.")
            : null;
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs)
    {
        TensorShape shape = inputs[0]!.Shape;
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        if (inputs.Length > 2 && inputs[2] is TensorValue starts)
        {
            foreach (long start in starts.AsSpan<long>())
            {
                if (start < 0 || start > (_isCircular ? Math.Max(0, shape[axis] - 1) : shape[axis] - inputs[1]!.Shape[axis]))
                {
                    return $"Expected places within an axis of {shape[axis]}, got {start}.";
                }
            }
        }

        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 } output)
        {
            return;
        }

        TensorShape shape = inputs[0]!.Shape;
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        ReadOnlyMemory<byte> cache = inputs[0]!.Bytes;
        ReadOnlyMemory<byte> update = inputs[1]!.Bytes;
        TensorValue? starts = inputs.Length > 2 ? inputs[2] : null;
        int line = (int)Inner(shape, axis) * ElementTypes.SizeOf(inputs[0]!.Type);
        int steps = (int)inputs[1]!.Shape[axis];
        int places = (int)shape[axis];
        int linesOfSequence = output.Bytes.Length / line / (int)shape[0];
        context.For(output.Bytes.Length / line, line / 4, (from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                long start = starts is null ? 0 : starts.AsSpan<long>()[i / linesOfSequence];
                int step = (int)StepOf(i % places, start, places);
                ReadOnlySpan<byte> source = step >= 0 && step < steps ? update.Span.Slice(((i / places * steps) + step) * line, line) : cache.Span.Slice(i * line, line);
                source.CopyTo(output.Bytes[(i * line)..]);
            }
        });
    }

    // Which step of the update stands at a place.
    private long StepOf(long place, long start, long places)
    {
        long step = unchecked(place - start);
        return !_isCircular ? step : ((step % places) + places) % places;
    }

    private static long Inner(TensorShape shape, int axis)
    {
        long inner = 1;
        for (int i = axis + 1; i < shape.Rank; i++)
        {
            inner *= shape[i];
        }

        return inner;
    }
}
