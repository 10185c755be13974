namespace Verifiable.Inference.Onnx.Operators;

/// <summary>RNN: H = f(X·Wᵀ + H·Rᵀ + Wb + Rb), from the left.</summary>
internal sealed class RnnOperator : RecurrentOperator
{
    private RnnOperator(NodeBinder binder)
        : base(binder, 1, 1, "Tanh")
    {
    }

    internal static OperatorDefinition Definition { get; } = new("RNN", 7, binder => new RnnOperator(binder), floats: FloatInputs.Of(0, 1, 2, 3, 5));

    private protected override void Advance<T>(RecurrentRow<T> row, T[] state, T[] cell)
    {
        T[] before = [.. state];
        for (int i = 0; i < state.Length; i++)
        {
            state[i] = Activate(row.Direction, 0, row.AddBiases(row.Input(0, i) + row.Hidden(0, i, before), 0, i));
        }
    }

    private protected override void Run<T>(RecurrentRun<T> run)
    {
        RecurrentProduct<T> product = run.Product(0, 1);
        run.Each(step =>
        {
            product.Run(run.State);
            run.Rows(step, batch =>
            {
                Span<T> gates = run.Gates(step, batch);
                RecurrentSums.Add(gates, product.Row(batch));
                RecurrentSums.AddBiases(gates, run.Bias);
                Activate(run.Direction, 0, gates);
                gates.CopyTo(run.StateOf(batch));
                run.Complete(step, batch);
            });
        });
    }
}
