using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>BatchNormalization with <c>training_mode</c> = 1: the statistics are those of the batch, by the function that the standard gives for it; the running ones
/// move toward them. Inference is <see cref="BatchNormalizationOperator"/>.</summary>
internal static class BatchNormalizationTraining
{
    internal static CompositeDefinition Definition { get; } = new(
        "BatchNormalization",
        14,
        Expand,
        covers: node => node.KindOf("training_mode") == AttributeKind.Int && node.GetInt("training_mode", 0) == 1);

    private static void Expand(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(5, 5, 3);
        _ = binder.Flag("training_mode");
        float epsilon = binder.Float("epsilon", 1e-5f);
        float momentum = binder.Float("momentum", 0.9f);
        string x = expansion.Input(0);

        // Batch, channel and all the rest: whatever the rank, three axes. Parameters of another length than the channels' fail the run.
        string planes = expansion.Add("Reshape", [x, expansion.Integers(0, 0, -1)]);
        string channels = expansion.Lengths(x, 1, 2);
        string batchAxes = expansion.Integers(0, 2);
        string mean = expansion.Add("ReduceMean", [planes, batchAxes], ("keepdims", AttributeValue.Of(0)));
        string centered = expansion.Add("Sub", [planes, Column(mean)]);
        string variance = expansion.Add("ReduceMean", [expansion.Add("Mul", [centered, centered]), batchAxes], ("keepdims", AttributeValue.Of(0)));
        string deviation = expansion.Add("Sqrt", [expansion.Add("Add", [variance, expansion.SingleLike(epsilon, variance)])]);
        string factor = expansion.Add("Div", [Parameter(1), deviation]);
        string scaled = expansion.Add("Mul", [centered, Column(factor)]);
        string shifted = expansion.Add("Add", [scaled, Column(Parameter(2))]);
        expansion.AddOutput(0, "Reshape", [shifted, expansion.Add("Shape", [x])], ("allowzero", AttributeValue.Of(1)));
        Running(1, Parameter(3), mean);
        Running(2, Parameter(4), variance);

        string Parameter(int input) => expansion.Add("Reshape", [expansion.Input(input), channels], ("allowzero", AttributeValue.Of(1)));

        string Column(string ofChannels) => expansion.Add("Unsqueeze", [ofChannels, expansion.Integers(1)]);

        void Running(int output, string before, string now) => expansion.AddOutput(
            output,
            "Add",
            [
                expansion.Add("Mul", [before, expansion.SingleLike(momentum, before)]),
                expansion.Add("Mul", [now, expansion.SingleLike(1f - momentum, now)]),
            ]);
    }
}
