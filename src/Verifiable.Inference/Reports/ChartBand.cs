using System.Collections.Immutable;

namespace Verifiable.Inference.Reports;

/// <summary>An area between two curves with a name: a confidence band, or what lies between two quantiles. Immutable.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Points">The points, from left to right.</param>
public sealed record ChartBand(string Name, ImmutableArray<ChartRange> Points);
