using System.Collections.Immutable;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>MeanVarianceNormalization, by the function that the standard gives for it: the variance is the mean of squares less the square of the mean.</summary>
internal static class MeanVarianceNormalizationDefinition
{
    internal static CompositeDefinition Definition { get; } = new("MeanVarianceNormalization", 9, Expand);

    private static void Expand(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(1, 1);
        ImmutableArray<long> axes = binder.Ints("axes");
        string list = expansion.Integers(axes.IsDefault ? [0, 2, 3] : [.. axes]);
        string x = expansion.Input(0);
        string mean = expansion.Add("ReduceMean", [x, list]);
        string squaredMean = expansion.Add("Mul", [mean, mean]);
        string squares = expansion.Add("ReduceMean", [expansion.Add("Mul", [x, x]), list]);
        string deviation = expansion.Add("Sqrt", [expansion.Add("Sub", [squares, squaredMean])]);
        string centered = expansion.Add("Sub", [x, mean]);
        string divisor = expansion.Add("Add", [deviation, expansion.SingleLike(1e-9f, x)]);
        expansion.AddOutput(0, "Div", [centered, divisor]);
    }
}
