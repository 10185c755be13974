namespace Verifiable.Inference.Reports;

/// <summary>One parameter of a <see cref="TornadoChart"/>.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Lower">Its lower value, as text.</param>
/// <param name="AtLower">The number there.</param>
/// <param name="Higher">Its higher value, as text.</param>
/// <param name="AtHigher">The number there.</param>
public sealed record TornadoBar(string Name, string Lower, double AtLower, string Higher, double AtHigher);
