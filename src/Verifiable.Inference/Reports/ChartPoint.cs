namespace Verifiable.Inference.Reports;

/// <summary>A point of a curve.</summary>
/// <param name="X">Where on the horizontal axis.</param>
/// <param name="Y">Where on the vertical axis; NaN leaves a gap.</param>
public readonly record struct ChartPoint(double X, double Y);
