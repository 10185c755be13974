using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Comparison;

/// <summary>Compares by bits: 0 when every commitment is the same, else infinite. All NaNs of a type are one value, as commitments make them; −0 and +0 are two.</summary>
public sealed class ExactComparer : OutputComparer
{
    internal ExactComparer()
        : base("exact")
    {
    }

    /// <inheritdoc/>
    public override bool ComparesCommitments => true;

    /// <inheritdoc/>
    protected override double MeasureCore(NamedTensors left, NamedTensors right) =>
        left.Equals(right) ? 0 : MeasureCommitments(CommittedTensors.Of(left), CommittedTensors.Of(right));

    /// <inheritdoc/>
    protected override double MeasureCommitments(CommittedTensors left, CommittedTensors right) => left.Equals(right) ? 0 : double.PositiveInfinity;
}
