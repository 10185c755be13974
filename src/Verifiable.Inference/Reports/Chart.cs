using System.Collections.Immutable;

namespace Verifiable.Inference.Reports;

/// <summary>What a picture with two axes shows: plain numbers, from a closed form, a solver or a simulation. Immutable.</summary>
public sealed record Chart
{
    /// <summary>Gets the title.</summary>
    public required string Title { get; init; }

    /// <summary>Gets what the picture says, for those who do not see it.</summary>
    public required string Caption { get; init; }

    /// <summary>Gets the horizontal axis.</summary>
    public required ChartAxis Horizontal { get; init; }

    /// <summary>Gets the vertical axis.</summary>
    public required ChartAxis Vertical { get; init; }

    /// <summary>Gets the curves, at most eight.</summary>
    public ImmutableArray<ChartSeries> Series { get; init; } = [];

    /// <summary>Gets the bands, at most four, the widest first.</summary>
    public ImmutableArray<ChartBand> Bands { get; init; } = [];

    /// <summary>Gets the marks, at most eight.</summary>
    public ImmutableArray<ChartMark> Marks { get; init; } = [];

    /// <summary>Draws the chart.</summary>
    /// <returns>The picture with its table.</returns>
    /// <exception cref="ArgumentException">There are too many curves, bands or marks, or an axis has no length.</exception>
    public Figure Draw() => LineChart.Draw(this);
}
