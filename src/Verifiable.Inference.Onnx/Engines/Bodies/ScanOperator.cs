using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>
/// Scan: an iteration for each place of an axis runs the body on the states and on the slices of the scanned inputs at that place; its further outputs are stacked. Version 8
/// does so for each place of a first axis, the batch, with states and outputs of their own, and scans the second axis.
/// </summary>
internal sealed class ScanOperator : BodyOperator
{
    private readonly GraphBody _body;
    private readonly bool _hasBatch;
    private readonly int _states;
    private readonly int _scanned;
    private readonly int _outputs;
    private readonly ImmutableArray<long> _inputAxes;
    private readonly ImmutableArray<long> _outputAxes;
    private readonly ImmutableArray<bool> _inputReversed;
    private readonly ImmutableArray<bool> _outputReversed;

    internal ScanOperator(NodeBinder binder)
    {
        binder.Arity(0, int.MaxValue, int.MaxValue);
        _body = binder.Node.Bodies[0];
        _hasBatch = binder.Opset < 9;
        _outputs = binder.Node.Outputs.Length;
        long scanned = binder.RequiredInt("num_scan_inputs");
        int first = _hasBatch ? 1 : 0;
        int count = binder.Node.Inputs.Length - first;
        if (_hasBatch && binder.Node.HasInput(0))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected a Scan of version 8 without sequence_lens, got them.");
        }

        if (scanned < 1 || scanned > count || Enumerable.Range(first, Math.Max(0, count)).Any(input => !binder.Node.HasInput(input)))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected num_scan_inputs in [1, {Math.Max(0, count)}] and no absent input, got {scanned}.");
            scanned = 0;
        }

        _scanned = (int)scanned;
        _states = Math.Max(0, count - _scanned);
        int stacked = _body.Outputs.Length - _states;
        if (_body.Inputs.Length != count || stacked < 0 || _outputs > _body.Outputs.Length)
        {
            binder.Refuse(
                ModelRefusalReason.BadAttribute,
                $"Expected a body of {count} inputs and at least {Math.Max(_states, _outputs)} outputs, got {_body.Inputs.Length} and {_body.Outputs.Length}.");
            stacked = 0;
        }

        _inputReversed = Directions(binder, _hasBatch ? "directions" : "scan_input_directions", _scanned);
        _outputReversed = _hasBatch ? [.. new bool[stacked]] : Directions(binder, "scan_output_directions", stacked);
        _inputAxes = Axes(binder, "scan_input_axes", _scanned);
        _outputAxes = Axes(binder, "scan_output_axes", stacked);
    }

    internal override TensorSignature?[] Infer(BodyShapes shapes)
    {
        var inputs = new TensorSignature?[_states + _scanned];
        long? length = null;
        long batch = 1;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (shapes.SignatureOf(First + i) is not { } signature || !TrySlice(signature, i, out TensorSignature slice, out long steps, out long rows))
            {
                return new TensorSignature?[_outputs];
            }

            inputs[i] = slice;
            length = i < _states ? length : steps;
            batch = rows;
        }

        TensorSignature?[] given = shapes.Infer(0, inputs);
        var outputs = new TensorSignature?[_outputs];
        for (int i = 0; i < _outputs; i++)
        {
            bool isSteady = Enumerable.Range(0, _states).All(state => given[state] is not null && given[state] == inputs[state]);
            outputs[i] = isSteady && given[i] is { } signature && length is { } steps && (steps > 0 || i < _states) && batch > 0 ? Stacked(signature, i, steps, batch) : null;
        }

        return outputs;
    }

    internal override TensorValue[] Run(BodyRun run)
    {
        long batch = _hasBatch ? RequireRank(run, run.Inputs[First]!, 1).Shape[0] : 1;
        if (!_hasBatch)
        {
            return [.. RunOne(run, 0, 0)];
        }

        var stacks = new StackedValues[_outputs];
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i] = new StackedValues(run, 0, false, true);
        }

        long iteration = 0;
        for (long row = 0; row < batch; row++)
        {
            TensorValue[] outputs = RunOne(run, row, iteration);
            iteration += LengthOf(run);
            for (int i = 0; i < stacks.Length; i++)
            {
                stacks[i].Add(outputs[i]);
            }
        }

        return [.. stacks.Select((stack, i) => stack.ToValue(_body.Outputs[i]))];
    }

    private int First => _hasBatch ? 1 : 0;

    private TensorValue[] RunOne(BodyRun run, long row, long firstIteration)
    {
        long around = run.Held;
        long length = LengthOf(run);
        run.RequireIterations(firstIteration + length);
        var states = new TensorValue[_states];
        for (int i = 0; i < _states; i++)
        {
            states[i] = _hasBatch ? Slice(RequireRank(run, run.Inputs[First + i]!, 1), 0, row, run) : run.Inputs[First + i]!;
        }

        var stacks = new StackedValues[_body.Outputs.Length - _states];
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i] = new StackedValues(run, _outputAxes[i], _outputReversed[i], _states + i < _outputs);
        }

        long held = 0;
        var fed = new TensorValue[_states + _scanned];
        for (long step = 0; step < length; step++)
        {
            states.CopyTo(fed, 0);
            long before = run.Held;
            for (int i = 0; i < _scanned; i++)
            {
                TensorValue scanned = run.Inputs[First + _states + i]!;
                scanned = _hasBatch ? Slice(scanned, 0, row, run) : scanned;
                fed[_states + i] = Slice(scanned, AxisOf(run, scanned, i), _inputReversed[i] ? length - 1 - step : step, run);
            }

            long copied = run.Held - before;
            TensorValue[] given = run.Run(0, firstIteration + step, fed);

            // What went into the iteration goes when its outputs are there.
            run.LetGo(copied + held);
            held = BodyRun.BytesOf(given.AsSpan(0, _states));
            given.AsSpan(0, _states).CopyTo(states);
            for (int i = 0; i < stacks.Length; i++)
            {
                stacks[i].Add(given[_states + i]);
            }
        }

        var outputs = new TensorValue[_outputs];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = i < _states ? run.Own(states[i]) : stacks[i - _states].ToValue(_body.Outputs[i]);
        }

        run.ReturnTo(around);
        run.Hold(BodyRun.BytesOf(outputs));
        return outputs;
    }

    // All scanned inputs must have as many places.
    private long LengthOf(BodyRun run)
    {
        long? length = null;
        for (int i = 0; i < _scanned; i++)
        {
            TensorValue scanned = RequireRank(run, run.Inputs[First + _states + i]!, First + 1);
            long own = _hasBatch ? scanned.Shape[1] : scanned.Shape[AxisOf(run, scanned, i)];
            if (length is { } other && other != own)
            {
                throw run.Fault($"expected scanned inputs of one length, got {other} and {own}");
            }

            length = own;
        }

        return length!.Value;
    }

    private static TensorValue RequireRank(BodyRun run, TensorValue value, int least) =>
        value.Shape.Rank >= least ? value : throw run.Fault($"expected a tensor of {least} axes or more, got {value}");

    private int AxisOf(BodyRun run, TensorValue value, int scanned)
    {
        long axis = _inputAxes[scanned] < 0 ? _inputAxes[scanned] + value.Shape.Rank : _inputAxes[scanned];
        return axis >= 0 && axis < value.Shape.Rank ? (int)axis : throw run.Fault($"expected an axis of {value}, got {_inputAxes[scanned]}");
    }

    private bool TrySlice(TensorSignature signature, int input, out TensorSignature slice, out long steps, out long batch)
    {
        List<long> lengths = [.. signature.Shape.Lengths];
        (slice, steps, batch) = (signature, 0, 1);
        if (_hasBatch && lengths.Count > 0)
        {
            batch = lengths[0];
            lengths.RemoveAt(0);
        }
        else if (_hasBatch)
        {
            return false;
        }

        if (input >= _states)
        {
            long axis = _inputAxes[input - _states];
            axis = axis < 0 ? axis + lengths.Count : axis;
            if (axis < 0 || axis >= lengths.Count)
            {
                return false;
            }

            steps = lengths[(int)axis];
            lengths.RemoveAt((int)axis);
        }

        slice = new TensorSignature(signature.Type, new TensorShape([.. lengths]));
        return true;
    }

    private TensorSignature? Stacked(TensorSignature each, int output, long steps, long batch)
    {
        List<long> lengths = [.. each.Shape.Lengths];
        if (output >= _states)
        {
            long axis = _outputAxes[output - _states];
            axis = axis < 0 ? axis + lengths.Count + 1 : axis;
            if (axis < 0 || axis > lengths.Count)
            {
                return null;
            }

            lengths.Insert((int)axis, steps);
        }

        if (_hasBatch)
        {
            lengths.Insert(0, batch);
        }

        return TensorShape.TryCreate([.. lengths], out TensorShape shape) ? new TensorSignature(each.Type, shape) : null;
    }

    private static TensorValue Slice(TensorValue value, int axis, long place, BodyRun run)
    {
        List<long> lengths = [.. value.Shape.Lengths];
        long length = lengths[axis];
        lengths.RemoveAt(axis);
        TensorShape shape = new([.. lengths]);
        int inner = ElementTypes.SizeOf(value.Type);
        for (int i = axis + 1; i < value.Shape.Rank; i++)
        {
            inner = checked((int)(inner * value.Shape[i]));
        }

        int size = checked((int)(shape.ElementCount * ElementTypes.SizeOf(value.Type)));
        if (size == 0 || inner == size)
        {
            return TensorValue.Take(value.Type, shape, value.Bytes.Slice(size == 0 ? 0 : checked((int)(place * inner)), size));
        }

        run.Hold(size);
        byte[] bytes = new byte[size];
        for (int outer = 0; outer < size / inner; outer++)
        {
            value.Bytes.Span.Slice(checked((int)(((outer * length) + place) * inner)), inner).CopyTo(bytes.AsSpan(outer * inner));
        }

        return TensorValue.Take(value.Type, shape, bytes);
    }

    private static ImmutableArray<bool> Directions(NodeBinder binder, string name, int count)
    {
        ImmutableArray<long> stated = binder.Ints(name);
        if (!stated.IsDefault && (stated.Length != count || stated.Any(direction => direction is not (0 or 1))))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected {count} directions of 0 or 1 for '{name}', got [{string.Join(", ", stated)}].");
            stated = default;
        }

        return stated.IsDefault ? [.. new bool[count]] : [.. stated.Select(direction => direction == 1)];
    }

    private ImmutableArray<long> Axes(NodeBinder binder, string name, int count)
    {
        ImmutableArray<long> stated = _hasBatch ? default : binder.Ints(name);

        // Since version 11 an axis may count from the end.
        if (!stated.IsDefault && (stated.Length != count || (binder.Opset < 11 && stated.Any(axis => axis < 0))))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected {count} axes for '{name}', got [{string.Join(", ", stated)}].");
            stated = default;
        }

        return stated.IsDefault ? [.. new long[count]] : stated;
    }
}
