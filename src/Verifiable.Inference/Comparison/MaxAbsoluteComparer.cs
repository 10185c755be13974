using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Comparison;

/// <summary>
/// Measures the largest absolute difference of two elements, over all outputs, in double. NaN on both sides is distance 0, on one side infinite; −0 and +0 are the same; equal infinities
/// are distance 0; integers and Booleans count by their difference. It is a measurement: which limit separates noise from cheating is for calibration to say.
/// </summary>
public sealed class MaxAbsoluteComparer : OutputComparer
{
    internal MaxAbsoluteComparer()
        : base("max-absolute")
    {
    }

    /// <inheritdoc/>
    protected override double MeasureCore(NamedTensors left, NamedTensors right) =>
        Largest(left, right, static distances => distances.IsComparable ? distances.MaxAbsolute : double.PositiveInfinity);
}
