namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// LSTM: i = f(X·Wiᵀ + H·Riᵀ + Pi·C + Wbi + Rbi), f likewise, or 1 − i with input_forget; c = g(X·Wcᵀ + H·Rcᵀ + Wbc + Rbc); C = f·C + i·c; o = f(X·Woᵀ + H·Roᵀ +
/// Po·C + Wbo + Rbo) with the new C; H = o·h(C). Sums go from the left; the gates stand in the order i, o, f, c.
/// </summary>
internal sealed class LstmOperator : RecurrentOperator
{
    private const int In = 0;
    private const int Out = 1;
    private const int Forget = 2;
    private const int Candidate = 3;

    private readonly bool _inputForget;

    private LstmOperator(NodeBinder binder)
        : base(binder, 4, 2, "Sigmoid", "Tanh", "Tanh")
    {
        _inputForget = binder.Int("input_forget", 0) != 0;
    }

    internal static OperatorDefinition Definition { get; } = new("LSTM", 7, binder => new LstmOperator(binder), floats: FloatInputs.Of(0, 1, 2, 3, 5, 6, 7));

    private protected override void Advance<T>(RecurrentRow<T> row, T[] state, T[] cell)
    {
        T[] before = [.. state];
        for (int i = 0; i < state.Length; i++)
        {
            T input = Gate(row, In, i, before, cell[i]);
            T forget = _inputForget ? T.One - input : Gate(row, Forget, i, before, cell[i]);
            T candidate = Activate(row.Direction, 1, row.AddBiases(row.Input(Candidate, i) + row.Hidden(Candidate, i, before), Candidate, i));
            cell[i] = (forget * cell[i]) + (input * candidate);
            state[i] = Gate(row, Out, i, before, cell[i]) * Activate(row.Direction, 2, cell[i]);
        }
    }

    private protected override void Run<T>(RecurrentRun<T> run)
    {
        RecurrentProduct<T> product = run.Product(0, 4);
        run.Each(step =>
        {
            product.Run(run.State);
            run.Rows(step, batch =>
            {
                Complete(run, run.Gates(step, batch), product.Row(batch), run.StateOf(batch), run.CellOf(batch));
                run.Complete(step, batch);
            });
        });
    }

    private T Gate<T>(RecurrentRow<T> row, int gate, int unit, T[] state, T cell)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        T sum = row.Input(gate, unit) + row.Hidden(gate, unit, state);
        sum = row.HasPeepholes ? sum + (row.Peephole(gate, unit) * cell) : sum;
        return Activate(row.Direction, 0, row.AddBiases(sum, gate, unit));
    }

    private void Complete<T>(RecurrentRun<T> run, Span<T> gates, Span<T> hidden, Span<T> state, Span<T> cell)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int units = state.Length;
        RecurrentSums.Add(gates, hidden);
        Span<T> input = gates.Slice(In * units, units);
        Span<T> forget = gates.Slice(Forget * units, units);
        Span<T> output = gates.Slice(Out * units, units);
        Span<T> candidate = gates.Slice(Candidate * units, units);
        ReadOnlySpan<T> peepholes = run.Peepholes;
        if (!peepholes.IsEmpty)
        {
            RecurrentSums.AddProducts(input, peepholes.Slice(In * units, units), cell);
            RecurrentSums.AddProducts(forget, peepholes.Slice(Forget * units, units), cell);
        }

        AddBiases(run, In, input);
        AddBiases(run, Forget, forget);
        AddBiases(run, Candidate, candidate);
        Activate(run.Direction, 0, input);
        Activate(run.Direction, 1, candidate);
        if (!_inputForget)
        {
            Activate(run.Direction, 0, forget);
        }

        for (int i = 0; i < units; i++)
        {
            T share = _inputForget ? T.One - input[i] : forget[i];
            cell[i] = (share * cell[i]) + (input[i] * candidate[i]);
        }

        if (!peepholes.IsEmpty)
        {
            RecurrentSums.AddProducts(output, peepholes.Slice(Out * units, units), cell);
        }

        AddBiases(run, Out, output);
        Activate(run.Direction, 0, output);

        // The candidates are used up: their place holds what the cell shows.
        cell.CopyTo(candidate);
        Activate(run.Direction, 2, candidate);
        for (int i = 0; i < units; i++)
        {
            state[i] = output[i] * candidate[i];
        }
    }

    private static void AddBiases<T>(RecurrentRun<T> run, int gate, Span<T> sums)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        if (!run.Bias.IsEmpty)
        {
            RecurrentSums.Add(sums, run.Bias.Slice(gate * sums.Length, sums.Length));
            RecurrentSums.Add(sums, run.Bias.Slice((4 + gate) * sums.Length, sums.Length));
        }
    }
}
