namespace Verifiable.Inference.Simulation.Statistics;

/// <summary>An estimate of a small probability. <c>default</c> is that of no samples.</summary>
/// <param name="Probability">The estimate, without bias.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="EffectiveSamples">How many equal samples of the event it is worth, (Σw)²/Σw²; below 100 neither estimate nor error are to be relied on.</param>
/// <param name="IndependentValues">The number of independent values of whose spread the error was made: samples, or replications of a splitting. An interval of k errors is Student's, with one degree of freedom
/// less than this: for 95 %, k is 12.7 with 2 values, 2.09 with 20 and 1.96 with many.</param>
public readonly record struct RareEventEstimate(double Probability, double StandardError, double EffectiveSamples, long IndependentValues)
{
    private const double LeastEffectiveSamples = 100;
    private const long LeastIndependentValues = 20;

    /// <summary>Gets a value indicating whether enough samples met the event, and enough independent values were averaged (20), to rely on estimate and error.</summary>
    public bool IsReliable => EffectiveSamples >= LeastEffectiveSamples && IndependentValues >= LeastIndependentValues;
}
