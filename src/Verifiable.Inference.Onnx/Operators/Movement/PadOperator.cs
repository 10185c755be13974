using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Pad: elements before and after each axis. Negative pads first take elements away; what is left is then continued by a constant, by its edge, mirrored at the middle of
/// its first and last element (again and again, where the pad is longer), or by itself from the other end. Attributes before version 11, inputs since.
/// </summary>
internal sealed class PadOperator : BoundOperator
{
    private readonly string _mode;
    private readonly bool _hasInputs;
    private readonly ImmutableArray<long> _pads;
    private readonly float _value;

    internal PadOperator(NodeBinder binder)
    {
        _mode = binder.Text("mode", "constant");
        if (!(_mode is "constant" or "reflect" or "edge" || (_mode == "wrap" && binder.Opset >= 19)))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected the mode constant, reflect or edge, or since version 19 wrap, got '{_mode}'.");
        }

        _hasInputs = binder.Opset >= 11;
        if (_hasInputs)
        {
            binder.Arity(2, binder.Opset >= 18 ? 4 : 3);
            return;
        }

        binder.Arity(1, 1);
        _value = binder.Float("value", 0f);
        _pads = binder.Ints("pads");
        if (_pads.IsDefault)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, "Expected the attribute 'pads'.");
        }
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        _ = Plan(inputs, out long[] before, out long[] after, out TensorShape padded);
        long[] coordinates = RowMajor.Coordinates(index, padded);
        for (int axis = 0; axis < coordinates.Length; axis++)
        {
            coordinates[axis] = Source(coordinates[axis], shape[axis], before[axis], after[axis]);
            if (coordinates[axis] < 0)
            {
                return Fill(inputs);
            }
        }

        return inputs.ReadBits(0, RowMajor.Index(coordinates, RowMajor.Strides(shape)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Plan(inputs, out _, out _, out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        if (fault is null && _hasInputs && inputs.Has(2))
        {
            fault = Faults.RequireSameType(inputs, 0, 2) ?? ShapeInputs.RequireOne(inputs, 2);
        }

        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) =>
        outputs[0] is null or { Length: 0 } ? 0 : IndexedCopy.ScratchBytes(outputs[0]!.Signature.Shape);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        var reader = new TensorInputs(inputs.ToArray());
        TensorShape shape = inputs[0]!.Shape;
        _ = Plan(reader, out long[] before, out long[] after, out TensorShape padded);
        IndexedCopy.Run(context, inputs[0]!, output, IndexedCopy.Tables(shape, padded, (axis, i) => Source(i, shape[axis], before[axis], after[axis])), Fill(reader));
    }

    private ulong Fill(OperatorInputs inputs)
    {
        if (_hasInputs)
        {
            return inputs.Has(2) ? inputs.ReadBits(2, 0) : 0;
        }

        return ElementConversion.Convert(ElementBits.Of(_value), ElementType.Float32, inputs.TypeOf(0));
    }

    // Where an element comes from; −1 is the constant.
    private long Source(long index, long length, long before, long after)
    {
        long first = Math.Max(0, -before);
        long kept = length - first - Math.Max(0, -after);
        long at = index - Math.Max(0, before);
        if (at >= 0 && at < kept)
        {
            return first + at;
        }

        return _mode switch
        {
            "edge" => first + Math.Clamp(at, 0, kept - 1),
            "wrap" => first + ((at % kept) + kept) % kept,
            "reflect" => first + Mirror(at, kept),
            _ => -1,
        };
    }

    private static long Mirror(long at, long length)
    {
        if (length == 1)
        {
            return 0;
        }

        long period = 2 * (length - 1);
        long phase = ((at % period) + period) % period;
        return phase < length ? phase : period - phase;
    }

    private string? Plan(OperatorInputs inputs, out long[] before, out long[] after, out TensorShape padded)
    {
        TensorShape shape = inputs.ShapeOf(0);
        (before, after, padded) = (new long[shape.Rank], new long[shape.Rank], default);
        long[] pads = _hasInputs ? [] : [.. _pads];
        string? fault = _hasInputs ? ShapeInputs.ReadList(inputs, 1, out pads, 2 * TensorShape.MaxRank) : null;
        long[]? named = null;
        if (fault is null && _hasInputs && inputs.Has(3))
        {
            fault = ShapeInputs.ReadList(inputs, 3, out named);
        }

        if (fault is not null)
        {
            return fault;
        }

        named ??= [.. Enumerable.Range(0, shape.Rank)];
        if (pads.Length != 2 * named.Length || named.Length > shape.Rank)
        {
            return $"Expected two pads for each of {named.Length} axes of {shape}, got {pads.Length}.";
        }

        fault = ShapeInputs.ResolveAxes(named, shape.Rank, out int[] axes);
        if (fault is not null)
        {
            return fault;
        }

        long[] lengths = [.. shape.Lengths.AsSpan()];
        for (int i = 0; i < axes.Length; i++)
        {
            (int axis, long start, long end) = (axes[i], pads[i], pads[i + axes.Length]);
            Int128 kept = shape[axis] - Int128.Max(0, -(Int128)start) - Int128.Max(0, -(Int128)end);
            Int128 length = (Int128)shape[axis] + start + end;
            if (kept < 0 || length > long.MaxValue || (kept == 0 && length > 0 && _mode != "constant"))
            {
                return $"Expected pads that leave elements of {shape} to continue, got {start} and {end} along axis {axis}.";
            }

            (before[axis], after[axis], lengths[axis]) = (start, end, (long)length);
        }

        return Faults.Shape(lengths, out padded);
    }
}
