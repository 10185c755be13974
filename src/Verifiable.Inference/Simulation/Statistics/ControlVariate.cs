using System.Collections.Immutable;

namespace Verifiable.Inference.Simulation.Statistics;

/// <summary>
/// Takes out of a mean what is known of it: beside each value stands a control whose mean a closed form gives, and the part of the value that goes with the control is replaced by that mean (Lavenberg and
/// Welch, Management Science 27, 1981). Pure and thread-safe.
/// </summary>
public static class ControlVariate
{
    /// <summary>Estimates a mean. The factor of each half of the values is taken from the other half, so that the estimate has no bias.</summary>
    /// <param name="values">Independent values.</param>
    /// <param name="controls">The control of each value.</param>
    /// <param name="controlMean">The controls' mean, which must be exact.</param>
    /// <returns>The mean of the values less factor × (control − its mean), with its standard error.</returns>
    /// <exception cref="ArgumentException">There are not as many controls as values.</exception>
    public static MeanEstimate Estimate(ImmutableArray<double> values, ImmutableArray<double> controls, double controlMean)
    {
        if (values.Length != controls.Length)
        {
            throw new ArgumentException($"Expected {values.Length} controls, got {controls.Length}.", nameof(controls));
        }

        double[] left = new double[values.Length];

        // Every second value: a drift in time is in both halves.
        double even = FactorOf(values, controls, 0);
        double odd = FactorOf(values, controls, 1);
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = values[i] - ((i % 2 == 0 ? odd : even) * (controls[i] - controlMean));
        }

        return MeanEstimate.Of(left);
    }

    private static double FactorOf(ImmutableArray<double> values, ImmutableArray<double> controls, int half)
    {
        double valueMean = 0;
        double controlMean = 0;
        double both = 0;
        double squares = 0;
        int count = 0;
        for (int i = half; i < values.Length; i += 2)
        {
            count++;
            double difference = controls[i] - controlMean;
            valueMean += (values[i] - valueMean) / count;
            controlMean += difference / count;
            both += difference * (values[i] - valueMean);
            squares += difference * (controls[i] - controlMean);
        }

        return squares > 0 ? both / squares : 0;
    }
}
