namespace Verifiable.Inference.Simulation.Statistics;

/// <summary>An estimate of a small probability. <c>default</c> is that of no samples.</summary>
/// <param name="Probability">The estimate, without bias.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="EffectiveSamples">How many equal samples of the event it is worth, (Σw)²/Σw²; below 100 neither estimate nor error are to be relied on.</param>
public readonly record struct RareEventEstimate(double Probability, double StandardError, double EffectiveSamples)
{
    /// <summary>Gets a value indicating whether enough samples met the event to rely on the error.</summary>
    public bool IsReliable => EffectiveSamples >= 100;
}
