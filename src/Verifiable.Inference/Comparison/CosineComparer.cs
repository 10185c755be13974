using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Comparison;

/// <summary>
/// Measures 1 − cos(x, y) of each output and takes the largest: between 0 and 2. It is blind to a positive factor, and rounds what is closer than 10⁻¹⁶ to 0: a distance of 0 does not mean that outputs are the
/// same. For scores whose scale says nothing; never the only comparison where stake depends on it.
/// </summary>
public sealed class CosineComparer : OutputComparer
{
    internal CosineComparer()
        : base("cosine")
    {
    }

    /// <inheritdoc/>
    protected override double MeasureCore(NamedTensors left, NamedTensors right) => Largest(left, right, static distances => distances.Cosine);
}
