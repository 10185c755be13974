using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Comparison;

/// <summary>
/// Measures how far apart two outputs are. It measures and does not judge: the limit is data. Distances are 0 or more, 0 for an output and itself, symmetric, and
/// infinite where two outputs cannot be compared (other names, types or shapes; NaN on one side). Implementations are stateless and thread-safe.
/// </summary>
public abstract class OutputComparer
{
    /// <summary>Creates a comparer.</summary>
    /// <param name="name">The comparison's name in numeric profiles.</param>
    protected OutputComparer(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>Gets the comparison's name in numeric profiles, for example <c>exact</c>.</summary>
    public string Name { get; }

    /// <summary>Gets a value indicating whether commitments alone are enough to compare, so that a receipt proves the distance.</summary>
    public virtual bool ComparesCommitments => false;

    /// <summary>Measures the distance between two outputs.</summary>
    public double Measure(NamedTensors left, NamedTensors right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Count != right.Count)
        {
            return double.PositiveInfinity;
        }

        for (int i = 0; i < left.Count; i++)
        {
            bool comparable = string.Equals(left[i].Key, right[i].Key, StringComparison.Ordinal)
                && left[i].Value.Type == right[i].Value.Type && left[i].Value.Shape == right[i].Value.Shape;
            if (!comparable)
            {
                return double.PositiveInfinity;
            }
        }

        return MeasureCore(left, right);
    }

    /// <summary>Measures the distance between two outputs from their commitments; NaN where the comparison needs the tensors.</summary>
    public double Measure(CommittedTensors left, CommittedTensors right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return ComparesCommitments ? MeasureCommitments(left, right) : double.NaN;
    }

    /// <summary>Measures the distance between two outputs of the same names, types and shapes.</summary>
    protected abstract double MeasureCore(NamedTensors left, NamedTensors right);

    /// <summary>Takes a measure of each pair of tensors, and the largest of them; 0 where there is none.</summary>
    private protected static double Largest(NamedTensors left, NamedTensors right, Func<TensorDistances, double> measure)
    {
        double largest = 0;
        for (int i = 0; i < left.Count; i++)
        {
            double distance = measure(TensorMeter.Measure(left[i].Value, right[i].Value));

            // Written so that a NaN stays.
            largest = distance <= largest ? largest : distance;
        }

        return largest;
    }

    /// <summary>Measures the distance between two outputs from their commitments; called only where <see cref="ComparesCommitments"/>.</summary>
    protected virtual double MeasureCommitments(CommittedTensors left, CommittedTensors right) => double.NaN;
}
