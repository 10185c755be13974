namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// GRU: z = f(X·Wzᵀ + H·Rzᵀ + Wbz + Rbz), r likewise; h = g(X·Whᵀ + (r·H)·Rhᵀ + Rbh + Wbh), or with linear_before_reset g(X·Whᵀ + r·(H·Rhᵀ + Rbh) + Wbh); then
/// H = (1 − z)·h + z·H. Sums go from the left.
/// </summary>
internal sealed class GruOperator : RecurrentOperator
{
    private const int Update = 0;
    private const int Reset = 1;
    private const int Candidate = 2;

    private readonly bool _linearBeforeReset;

    private GruOperator(NodeBinder binder)
        : base(binder, 3, 1, "Sigmoid", "Tanh")
    {
        _linearBeforeReset = binder.Int("linear_before_reset", 0) != 0;
    }

    internal static OperatorDefinition Definition { get; } = new("GRU", 7, binder => new GruOperator(binder), floats: FloatInputs.Of(0, 1, 2, 3, 5));

    private protected override void Advance<T>(RecurrentRow<T> row, T[] state, T[] cell)
    {
        T[] before = [.. state];
        T[] update = new T[state.Length];
        T[] reset = new T[state.Length];
        T[] kept = new T[state.Length];
        for (int i = 0; i < state.Length; i++)
        {
            update[i] = Activate(row.Direction, 0, row.AddBiases(row.Input(Update, i) + row.Hidden(Update, i, before), Update, i));
            reset[i] = Activate(row.Direction, 0, row.AddBiases(row.Input(Reset, i) + row.Hidden(Reset, i, before), Reset, i));
            kept[i] = reset[i] * before[i];
        }

        for (int i = 0; i < state.Length; i++)
        {
            T input = row.Input(Candidate, i);
            T hidden = row.Hidden(Candidate, i, _linearBeforeReset ? before : kept);
            T sum = _linearBeforeReset
                ? input + (reset[i] * (row.HasBias ? hidden + row.HiddenBias(Candidate, i) : hidden))
                : row.HasBias ? input + hidden + row.HiddenBias(Candidate, i) : input + hidden;
            T candidate = Activate(row.Direction, 1, row.HasBias ? sum + row.InputBias(Candidate, i) : sum);
            state[i] = ((T.One - update[i]) * candidate) + (update[i] * before[i]);
        }
    }

    private protected override void Run<T>(RecurrentRun<T> run)
    {
        int units = run.Units;
        RecurrentProduct<T> gatesProduct = run.Product(0, _linearBeforeReset ? 3 : 2);
        RecurrentProduct<T>? candidateProduct = _linearBeforeReset ? null : run.Product(Candidate, 1);
        run.Each(step =>
        {
            gatesProduct.Run(run.State);
            run.Rows(step, batch =>
            {
                Span<T> gates = run.Gates(step, batch)[..(2 * units)];
                RecurrentSums.Add(gates, gatesProduct.Row(batch)[..(2 * units)]);
                RecurrentSums.AddBiases(gates, run.Bias);
                Activate(run.Direction, 0, gates);
                Span<T> kept = run.CellOf(batch);
                ReadOnlySpan<T> state = run.StateOf(batch);
                for (int i = 0; i < units; i++)
                {
                    kept[i] = gates[units + i] * state[i];
                }
            });
            candidateProduct?.Run(run.Cell);
            run.Rows(step, batch =>
            {
                Span<T> hidden = candidateProduct is null ? gatesProduct.Row(batch)[(2 * units)..] : candidateProduct.Row(batch);
                Complete(run, run.Gates(step, batch), hidden, run.StateOf(batch));
                run.Complete(step, batch);
            });
        });
    }

    private void Complete<T>(RecurrentRun<T> run, Span<T> gates, Span<T> hidden, Span<T> state)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int units = state.Length;
        Span<T> candidate = gates[(2 * units)..];
        ReadOnlySpan<T> inputBias = run.Bias.IsEmpty ? [] : run.Bias.Slice(2 * units, units);
        ReadOnlySpan<T> hiddenBias = run.Bias.IsEmpty ? [] : run.Bias.Slice(5 * units, units);
        if (_linearBeforeReset)
        {
            RecurrentSums.Add(hidden, hiddenBias);
            for (int i = 0; i < units; i++)
            {
                candidate[i] += gates[units + i] * hidden[i];
            }
        }
        else
        {
            RecurrentSums.Add(candidate, hidden);
            RecurrentSums.Add(candidate, hiddenBias);
        }

        RecurrentSums.Add(candidate, inputBias);
        Activate(run.Direction, 1, candidate);
        for (int i = 0; i < units; i++)
        {
            state[i] = ((T.One - gates[i]) * candidate[i]) + (gates[i] * state[i]);
        }
    }
}
