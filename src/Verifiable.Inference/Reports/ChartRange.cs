namespace Verifiable.Inference.Reports;

/// <summary>A point of a band: what was measured or simulated, with its interval.</summary>
/// <param name="X">Where on the horizontal axis.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ChartRange(double X, double Low, double High);
