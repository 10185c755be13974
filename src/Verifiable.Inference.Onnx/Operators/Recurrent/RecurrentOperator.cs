using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What the recurrent cells have in common: sequences, directions, states, and how outputs are laid out. Sums of products with W and with R are
/// contractions without bias; everything else is rounded operation by operation. A sequence that is over leaves zeros in the output of all steps.</summary>
internal abstract class RecurrentOperator : BoundOperator
{
    private readonly ImmutableArray<RecurrentActivation> _activations;
    private readonly int _gates;
    private readonly int _states;
    private readonly int _activationsOfDirection;
    private readonly int _directions;
    private readonly bool _reverse;
    private readonly bool _batchFirst;
    private readonly float? _clip;
    private readonly long? _units;
    private readonly RecurrentWeights _weights;

    private protected RecurrentOperator(NodeBinder binder, int gates, int states, params ReadOnlySpan<string> activations)
    {
        binder.Arity(3, states == 2 ? 8 : 6, 1 + states);
        _gates = gates;
        _states = states;
        string direction = binder.Text("direction", "forward");
        if (direction is not ("forward" or "reverse" or "bidirectional"))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected the direction forward, reverse or bidirectional, got '{direction}'.");
        }

        _directions = direction == "bidirectional" ? 2 : 1;
        _reverse = direction == "reverse";
        _activationsOfDirection = activations.Length;
        _activations = RecurrentActivation.Read(binder, _directions, activations);
        _weights = new RecurrentWeights(binder);
        _units = binder.Node.KindOf("hidden_size") == Graph.AttributeKind.None ? null : binder.Int("hidden_size", 0);

        // Version 14 brought the layout.
        _batchFirst = binder.Opset >= 14 && binder.Flag("layout");
        float clip = binder.Float("clip", 0f);
        _clip = binder.Node.KindOf("clip") == Graph.AttributeKind.None ? null : clip;
        if (!(clip >= 0f))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a clip of 0 or more, got {clip}.");
        }
    }

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) == ElementType.Float64
        ? ElementBits.Of(Element<double>(inputs, output, index))
        : ElementBits.Of(Element<float>(inputs, output, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Faults.RequireType(inputs, 0, TypeSets.Floats) ?? Check(inputs);
        if (fault is not null)
        {
            return fault;
        }

        RecurrentLayout layout = Layout(inputs.ShapeOf(0), inputs.ShapeOf(2));
        fault = layout.StepsShape(out TensorShape steps);
        fault = layout.StateShape(out TensorShape state) ?? fault;
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new TensorSignature(inputs.TypeOf(0), i == 0 ? steps : state);
        }

        return fault;
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs)
    {
        long steps = inputs[0]!.Shape[_batchFirst ? 1 : 0];
        if (inputs.Length > 4 && inputs[4] is TensorValue lengths)
        {
            foreach (int length in lengths.AsSpan<int>())
            {
                if (length < 0 || length > steps)
                {
                    return $"Expected lengths of sequences from 0 to {steps}, got {length}.";
                }
            }
        }

        return null;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        RecurrentLayout layout = Layout(inputs[0]!.Shape, inputs[2]!.Shape);
        int size = ElementTypes.SizeOf(inputs[0]!.Type);
        return layout.Batch == 0 || layout.Units == 0
            ? 0
            : _directions * (size == sizeof(float) ? RecurrentRun<float>.ScratchBytes(layout, _gates, size, threads) : RecurrentRun<double>.ScratchBytes(layout, _gates, size, threads));
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        RecurrentLayout layout = Layout(inputs[0]!.Shape, inputs[2]!.Shape);
        if (layout.Batch == 0 || layout.Units == 0)
        {
            return;
        }

        int[] lengths = new int[layout.Batch];
        lengths.AsSpan().Fill((int)layout.Steps);
        if (inputs.Length > 4 && inputs[4] is TensorValue stated)
        {
            stated.AsSpan<int>().CopyTo(lengths);
        }

        if (outputs[0] is TensorBuffer output)
        {
            output.Bytes.Clear();
        }

        for (int direction = 0; direction < _directions; direction++)
        {
            if (inputs[0]!.Type == ElementType.Float64)
            {
                Compute<double>(context, layout, direction, lengths, inputs, outputs);
            }
            else
            {
                Compute<float>(context, layout, direction, lengths, inputs, outputs);
            }
        }
    }

    /// <summary>Goes one step by the definition: both states are replaced.</summary>
    private protected abstract void Advance<T>(RecurrentRow<T> row, T[] state, T[] cell)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Goes through all steps of all sequences.</summary>
    private protected abstract void Run<T>(RecurrentRun<T> run)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Clips a number and applies an activation of a direction.</summary>
    private protected T Activate<T>(int direction, int activation, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ActivationOf(direction, activation).Apply(Clip(x));

    /// <summary>Clips numbers and applies an activation of a direction.</summary>
    private protected void Activate<T>(int direction, int activation, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; _clip is not null && i < values.Length; i++)
        {
            values[i] = Clip(values[i]);
        }

        ActivationOf(direction, activation).Apply(values);
    }

    private T Clip<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        _clip is { } clip ? FloatMath.Min(FloatMath.Max(x, T.CreateTruncating(-clip)), T.CreateTruncating(clip)) : x;

    private RecurrentActivation ActivationOf(int direction, int activation) => _activations[(direction * _activationsOfDirection) + activation];

    private T Element<T>(OperatorInputs inputs, int output, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RecurrentLayout layout = Layout(inputs.ShapeOf(0), inputs.ShapeOf(2));
        long step = 0;
        (long direction, long batch) = output == 0 ? (0L, 0L) : layout.FindState(index / layout.Units);
        if (output == 0)
        {
            (step, direction, batch) = layout.FindOutput(index / layout.Units);
        }

        bool reverse = _reverse || direction == 1;
        long length = inputs.Has(4) ? Math.Clamp(inputs.ReadInteger(4, batch), 0, layout.Steps) : layout.Steps;
        if (output == 0 && step >= length)
        {
            return T.Zero;
        }

        long count = output != 0 ? length : reverse ? length - step : step + 1;
        var row = new RecurrentRow<T>(inputs, layout, _gates, direction, batch);
        T[] state = row.Initial(5);
        T[] cell = _states == 2 ? row.Initial(6) : [];
        for (long i = 0; i < count; i++)
        {
            row.Step = reverse ? length - 1 - i : i;
            Advance(row, state, cell);
        }

        return (output == 2 ? cell : state)[index % layout.Units];
    }

    private void Compute<T>(
        OperatorContext context, RecurrentLayout layout, int direction, int[] lengths, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var run = new RecurrentRun<T>(context, _weights, layout, _gates, direction, _reverse || direction == 1, lengths, inputs, outputs[0]);
        Run(run);
        run.CopyStates(run.State, outputs.Length > 1 ? outputs[1] : null);
        run.CopyStates(run.Cell, outputs.Length > 2 ? outputs[2] : null);
    }

    private RecurrentLayout Layout(TensorShape input, TensorShape recurrence) =>
        new(input[_batchFirst ? 1 : 0], input[_batchFirst ? 0 : 1], input[2], _directions, recurrence[2], _batchFirst);

    private string? Check(OperatorInputs inputs)
    {
        for (int i = 1; i < inputs.Count; i++)
        {
            if (i != 4 && inputs.Has(i) && inputs.TypeOf(i) != inputs.TypeOf(0))
            {
                return Faults.RequireSameType(inputs, i, 0);
            }
        }

        string? fault = Faults.RequireRank(inputs, 0, 3) ?? Faults.RequireRank(inputs, 1, 3) ?? Faults.RequireRank(inputs, 2, 3);
        if (fault is not null)
        {
            return fault;
        }

        RecurrentLayout layout = Layout(inputs.ShapeOf(0), inputs.ShapeOf(2));
        if (_units is { } units && units != layout.Units)
        {
            return $"Expected weights of a state of {units} numbers, got {inputs.ShapeOf(2)}.";
        }

        return Require(inputs, 1, _directions, _gates * (Int128)layout.Units, layout.Width)
            ?? Require(inputs, 2, _directions, _gates * (Int128)layout.Units, layout.Units)
            ?? Require(inputs, 3, _directions, 2 * _gates * (Int128)layout.Units)
            ?? (inputs.Has(4) ? Faults.RequireType(inputs, 4, ElementType.Int32) ?? Require(inputs, 4, layout.Batch) : null)
            ?? RequireState(inputs, 5, layout)
            ?? RequireState(inputs, 6, layout)
            ?? Require(inputs, 7, _directions, 3 * (Int128)layout.Units);
    }

    private string? RequireState(OperatorInputs inputs, int input, RecurrentLayout layout) =>
        _batchFirst ? Require(inputs, input, layout.Batch, _directions, layout.Units) : Require(inputs, input, _directions, layout.Batch, layout.Units);

    private static string? Require(OperatorInputs inputs, int input, params ReadOnlySpan<Int128> lengths)
    {
        if (!inputs.Has(input))
        {
            return null;
        }

        TensorShape shape = inputs.ShapeOf(input);
        bool fits = shape.Rank == lengths.Length;
        for (int i = 0; fits && i < lengths.Length; i++)
        {
            fits = shape[i] == lengths[i];
        }

        return fits ? null : $"Expected input {input} of shape [{string.Join(", ", lengths.ToArray())}], got {shape}.";
    }
}
