using System.Collections.Immutable;

namespace Verifiable.Inference.Simulation.Statistics;

/// <summary>A mean of independent values with its standard error. <c>default</c> is that of no values.</summary>
/// <param name="Mean">The mean; 0 of no values.</param>
/// <param name="StandardError">The standard deviation of the values over √count; infinite below two values.</param>
/// <param name="Count">The number of values.</param>
public readonly record struct MeanEstimate(double Mean, double StandardError, long Count)
{
    /// <summary>Takes the mean of whole numbers, summed exactly.</summary>
    /// <param name="values">The values.</param>
    public static MeanEstimate Of(ImmutableArray<long> values)
    {
        Int128 sum = 0;
        foreach (long value in values)
        {
            sum += value;
        }

        double mean = values.IsEmpty ? 0 : (double)sum / values.Length;
        double squares = 0;
        foreach (long value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return new MeanEstimate(mean, ErrorOf(squares, values.Length), values.Length);
    }

    /// <summary>Takes the mean of numbers, in their order (Welford, Technometrics 4, 1962).</summary>
    /// <param name="values">The values.</param>
    public static MeanEstimate Of(ReadOnlySpan<double> values)
    {
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double difference = values[i] - mean;
            mean += difference / (i + 1);
            squares += difference * (values[i] - mean);
        }

        return new MeanEstimate(mean, ErrorOf(squares, values.Length), values.Length);
    }

    /// <summary>Takes the mean of differences of pairs: of two runs under common random numbers, in which what both share cancels.</summary>
    /// <param name="left">The values of one run.</param>
    /// <param name="right">The values of the other, pair by pair.</param>
    /// <exception cref="ArgumentException">The runs have different lengths.</exception>
    public static MeanEstimate OfDifferences(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        if (left.Length != right.Length)
        {
            throw new ArgumentException($"Expected two runs of one length, got {left.Length} and {right.Length}.", nameof(right));
        }

        double[] differences = new double[left.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = left[i] - right[i];
        }

        return Of(differences);
    }

    private static double ErrorOf(double squares, long count) => count < 2 ? double.PositiveInfinity : Math.Sqrt(squares / (count - 1) / count);
}
