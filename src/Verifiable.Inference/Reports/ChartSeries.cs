using System.Collections.Immutable;

namespace Verifiable.Inference.Reports;

/// <summary>A curve with a name. Immutable.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Points">The points, from left to right.</param>
public sealed record ChartSeries(string Name, ImmutableArray<ChartPoint> Points);
