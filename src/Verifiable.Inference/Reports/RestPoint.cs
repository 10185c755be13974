namespace Verifiable.Inference.Reports;

/// <summary>A point at which a dynamic rests.</summary>
/// <param name="X">The first coordinate: a share.</param>
/// <param name="Y">The second coordinate: a share.</param>
/// <param name="Label">What it is.</param>
/// <param name="IsStable">Whether what comes near stays near: drawn filled, otherwise open.</param>
public sealed record RestPoint(double X, double Y, string Label, bool IsStable);
