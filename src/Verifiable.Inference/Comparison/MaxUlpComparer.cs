using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Comparison;

/// <summary>
/// Measures the largest number of representable numbers between two elements, over all outputs: 1 for neighbours, −0 and +0 being one. Integers and Booleans count by their difference. An infinity is at distance 0
/// from itself and infinitely far from all else.
/// </summary>
public sealed class MaxUlpComparer : OutputComparer
{
    internal MaxUlpComparer()
        : base("max-ulp")
    {
    }

    /// <inheritdoc/>
    protected override double MeasureCore(NamedTensors left, NamedTensors right) =>
        Largest(left, right, static distances => distances.IsComparable ? distances.MaxUlp : double.PositiveInfinity);
}
