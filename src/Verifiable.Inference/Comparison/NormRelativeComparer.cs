using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Comparison;

/// <summary>
/// Measures ‖x − y‖₂ ÷ max(‖x‖₂, ‖y‖₂) of each output and takes the largest: between 0 and 2. It sees the error of a whole tensor, and a large one of a single element hardly.
/// </summary>
public sealed class NormRelativeComparer : OutputComparer
{
    internal NormRelativeComparer()
        : base("norm-relative")
    {
    }

    /// <inheritdoc/>
    protected override double MeasureCore(NamedTensors left, NamedTensors right) => Largest(left, right, static distances => distances.NormRelative);
}
