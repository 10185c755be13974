namespace Verifiable.Inference.Reports;

/// <summary>A point that is worth a sentence: drawn as a lettered disc, explained in the legend, so that no text hides a curve.</summary>
/// <param name="X">Where on the horizontal axis.</param>
/// <param name="Y">Where on the vertical axis.</param>
/// <param name="Label">The explanation.</param>
public sealed record ChartMark(double X, double Y, string Label);
