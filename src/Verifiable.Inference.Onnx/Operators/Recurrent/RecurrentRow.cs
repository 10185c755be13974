using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What one sequence in one direction reads at one step, by the definition. Used by one thread.</summary>
/// <typeparam name="T">Binary32 or binary64.</typeparam>
internal sealed class RecurrentRow<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OperatorInputs _inputs;
    private readonly RecurrentLayout _layout;
    private readonly int _gates;
    private readonly long _batch;

    internal RecurrentRow(OperatorInputs inputs, RecurrentLayout layout, int gates, long direction, long batch)
    {
        _inputs = inputs;
        _layout = layout;
        _gates = gates;
        Direction = (int)direction;
        _batch = batch;
    }

    internal int Direction { get; }

    internal int Units => (int)_layout.Units;

    /// <summary>Gets a value indicating whether there are biases.</summary>
    internal bool HasBias => _inputs.Has(3);

    /// <summary>Gets a value indicating whether the cell's state reaches the gates.</summary>
    internal bool HasPeepholes => _inputs.Has(7);

    /// <summary>Gets or sets the step of the input.</summary>
    internal long Step { get; set; }

    /// <summary>Computes the sum of products of the input and a row of W.</summary>
    internal T Input(int gate, int unit)
    {
        long input = _layout.InputRow(Step, _batch) * _layout.Width;
        long weights = Row(gate, unit) * _layout.Width;
        NumberSum<T> sum = default;
        for (long k = 0; k < _layout.Width; k++)
        {
            sum.Add(_inputs.Read<T>(0, input + k), _inputs.Read<T>(1, weights + k));
        }

        return sum.Result;
    }

    /// <summary>Computes the sum of products of a state and a row of R.</summary>
    internal T Hidden(int gate, int unit, ReadOnlySpan<T> state)
    {
        long weights = Row(gate, unit) * _layout.Units;
        NumberSum<T> sum = default;
        for (int k = 0; k < state.Length; k++)
        {
            sum.Add(state[k], _inputs.Read<T>(2, weights + k));
        }

        return sum.Result;
    }

    /// <summary>Reads a bias of the input.</summary>
    internal T InputBias(int gate, int unit) => _inputs.Read<T>(3, (((2L * Direction * _gates) + gate) * _layout.Units) + unit);

    /// <summary>Reads a bias of the state.</summary>
    internal T HiddenBias(int gate, int unit) => _inputs.Read<T>(3, ((((2L * Direction) + 1) * _gates) + gate) * _layout.Units + unit);

    /// <summary>Reads a peephole's weight: 0 of the input gate, 1 of the output gate, 2 of the forget gate.</summary>
    internal T Peephole(int gate, int unit) => _inputs.Read<T>(7, (((3L * Direction) + gate) * _layout.Units) + unit);

    /// <summary>Adds both biases, where there are any, the input's first.</summary>
    internal T AddBiases(T sum, int gate, int unit) => HasBias ? sum + InputBias(gate, unit) + HiddenBias(gate, unit) : sum;

    /// <summary>Reads the state that an input gives at the beginning; zeros where it is absent.</summary>
    internal T[] Initial(int input)
    {
        T[] state = _inputs.MakeRoom<T>(Units);
        for (int i = 0; _inputs.Has(input) && i < state.Length; i++)
        {
            state[i] = _inputs.Read<T>(input, (_layout.StateRow(Direction, _batch) * _layout.Units) + i);
        }

        return state;
    }

    private long Row(int gate, int unit) => ((((long)Direction * _gates) + gate) * _layout.Units) + unit;
}
