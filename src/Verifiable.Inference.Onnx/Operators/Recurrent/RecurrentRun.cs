using System.Numerics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>One direction of a recurrent cell's run over all sequences: the products of the input at once, then step by step. Used by one run.</summary>
/// <typeparam name="T">Binary32 or binary64.</typeparam>
internal sealed class RecurrentRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OperatorContext _context;
    private readonly RecurrentLayout _layout;
    private readonly TensorValue _recurrence;
    private readonly TensorValue? _bias;
    private readonly TensorValue? _peepholes;
    private readonly TensorBuffer? _output;
    private readonly TensorBuffer _state;
    private readonly TensorBuffer _cell;
    private readonly RecurrentProduct<T> _inputs;
    private readonly int _gates;
    private readonly int[] _lengths;
    private readonly bool _reverse;
    private readonly RecurrentWeights _weights;

    internal RecurrentRun(
        OperatorContext context, RecurrentWeights weights, RecurrentLayout layout, int gates, int direction, bool reverse, int[] lengths, ReadOnlySpan<TensorValue?> inputs, TensorBuffer? output)
    {
        _context = context;
        _weights = weights;
        _layout = layout;
        _gates = gates;
        _reverse = reverse;
        _lengths = lengths;
        _output = output;
        Direction = direction;
        _recurrence = inputs[2]!;
        _bias = inputs.Length > 3 ? inputs[3] : null;
        _peepholes = inputs.Length > 7 ? inputs[7] : null;
        _state = Begin(inputs.Length > 5 ? inputs[5] : null);
        _cell = Begin(inputs.Length > 6 ? inputs[6] : null);
        State = _state.ToValue();
        Cell = _cell.ToValue();
        _inputs = new RecurrentProduct<T>(context, (int)(layout.Steps * layout.Batch), inputs[1]!, direction * gates * Units, gates * Units, weights.Find(context, 1, inputs[1]!, direction * gates * Units, gates * Units));
        _inputs.Run(inputs[0]!);
    }

    internal int Direction { get; }

    internal int Units => (int)_layout.Units;

    /// <summary>Gets the states of all sequences, which change from step to step.</summary>
    internal TensorValue State { get; }

    /// <summary>Gets the second states of all sequences, or room for them.</summary>
    internal TensorValue Cell { get; }

    /// <summary>Gets the biases of the input, then those of the state; empty where there are none.</summary>
    internal ReadOnlySpan<T> Bias => _bias is null ? [] : _bias.AsSpan<T>().Slice(2 * Direction * _gates * Units, 2 * _gates * Units);

    /// <summary>Gets the peepholes' weights, three for each unit; empty where there are none.</summary>
    internal ReadOnlySpan<T> Peepholes => _peepholes is null ? [] : _peepholes.AsSpan<T>().Slice(3 * Direction * Units, 3 * Units);

    /// <summary>Counts the bytes that one direction takes.</summary>
    internal static Int128 ScratchBytes(RecurrentLayout layout, int gates, int size, int threads)
    {
        Int128 states = 2 * (Int128)layout.Batch * layout.Units * size;
        Int128 lengths = (Int128)layout.Batch * sizeof(int);

        // Two products by R at most, which together are one.
        return states + lengths + RecurrentProduct<T>.ScratchBytes((Int128)layout.Steps * layout.Batch, layout.Width, gates * layout.Units, size, threads)
            + (2 * RecurrentProduct<T>.ScratchBytes(layout.Batch, layout.Units, gates * layout.Units, size, threads));
    }

    /// <summary>Prepares the product of states and some gates of R.</summary>
    internal RecurrentProduct<T> Product(int firstGate, int gates) =>
        new(
            _context, (int)_layout.Batch, _recurrence, ((Direction * _gates) + firstGate) * Units, gates * Units,
            _weights.Find(_context, 2, _recurrence, ((Direction * _gates) + firstGate) * Units, gates * Units));

    /// <summary>Goes through the steps of the longest sequence in order.</summary>
    internal void Each(Action<int> body)
    {
        for (int step = 0; step < _layout.Steps; step++)
        {
            _context.CancellationToken.ThrowIfCancellationRequested();
            body(step);
        }
    }

    /// <summary>Works on every sequence that is not over at a step.</summary>
    internal void Rows(int step, Action<int> body) => _context.For((int)_layout.Batch, 40L * _gates * Units, (from, to) =>
    {
        for (int batch = from; batch < to; batch++)
        {
            if (step < _lengths[batch])
            {
                body(batch);
            }
        }
    });

    /// <summary>Gets the gates' sums of the input, which may be overwritten.</summary>
    internal Span<T> Gates(int step, int batch) => _inputs.Row(_layout.InputRow(Place(step, batch), batch));

    /// <summary>Gets the state of a sequence.</summary>
    internal Span<T> StateOf(int batch) => _state.AsSpan<T>().Slice(batch * Units, Units);

    /// <summary>Gets the second state of a sequence.</summary>
    internal Span<T> CellOf(int batch) => _cell.AsSpan<T>().Slice(batch * Units, Units);

    /// <summary>Copies the state of a sequence, which is complete for a step, to the output.</summary>
    internal void Complete(int step, int batch)
    {
        if (_output is not null)
        {
            int row = (int)_layout.OutputRow(Place(step, batch), Direction, batch);
            StateOf(batch).CopyTo(_output.AsSpan<T>()[(row * Units)..]);
        }
    }

    /// <summary>Copies the states of all sequences to an output.</summary>
    internal void CopyStates(TensorValue states, TensorBuffer? output)
    {
        for (int batch = 0; output is not null && batch < _layout.Batch; batch++)
        {
            states.AsSpan<T>().Slice(batch * Units, Units).CopyTo(output.AsSpan<T>()[((int)_layout.StateRow(Direction, batch) * Units)..]);
        }
    }

    private int Place(int step, int batch) => _reverse ? _lengths[batch] - 1 - step : step;

    private TensorBuffer Begin(TensorValue? initial)
    {
        TensorBuffer buffer = TensorBuffer.Allocate(new TensorSignature(_recurrence.Type, new TensorShape(_layout.Batch, _layout.Units)));
        buffer.Bytes.Clear();
        for (int batch = 0; initial is not null && batch < _layout.Batch; batch++)
        {
            initial.AsSpan<T>().Slice((int)_layout.StateRow(Direction, batch) * Units, Units).CopyTo(buffer.AsSpan<T>()[(batch * Units)..]);
        }

        return buffer;
    }
}
