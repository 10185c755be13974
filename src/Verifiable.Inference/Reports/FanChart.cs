using System.Collections.Immutable;
using System.Globalization;

namespace Verifiable.Inference.Reports;

/// <summary>Draws how a random quantity spreads over time: its median and the bands between quantiles, from many runs. Pure and thread-safe.</summary>
public static class FanChart
{
    private static readonly int[] _low = [5, 25];

    /// <summary>Draws the chart.</summary>
    /// <param name="title">The title.</param>
    /// <param name="caption">What it says.</param>
    /// <param name="horizontal">The label of time.</param>
    /// <param name="vertical">The label of the quantity.</param>
    /// <param name="times">The times, in order.</param>
    /// <param name="runs">One row a run, each with a finite value for each time; at least two runs.</param>
    /// <exception cref="ArgumentException">There are fewer than two runs or times, or a row has another length.</exception>
    public static Figure Draw(string title, string caption, string horizontal, string vertical, ImmutableArray<double> times, ImmutableArray<ImmutableArray<double>> runs)
    {
        if (times.Length < 2 || runs.Length < 2 || runs.Any(run => run.Length != times.Length || run.Any(value => !double.IsFinite(value))))
        {
            throw new ArgumentException("Expected at least two times and two runs, each with a finite value for each time.", nameof(runs));
        }

        double[][] sorted = [.. times.Select((_, index) => runs.Select(run => run[index]).Order().ToArray())];
        double least = sorted.Min(values => Quantile(values, 5));
        double greatest = sorted.Max(values => Quantile(values, 95));
        double room = greatest > least ? (greatest - least) * 0.05 : Math.Max(1, Math.Abs(least) * 0.05);
        return new Chart
        {
            Title = title,
            Caption = caption,
            Horizontal = new ChartAxis(horizontal, times[0], times[^1]),
            Vertical = new ChartAxis(vertical, least - room, greatest + room),
            Bands = [.. _low.Select(low => new ChartBand(
                string.Create(CultureInfo.InvariantCulture, $"{low} % to {100 - low} % of {runs.Length} runs"),
                [.. times.Select((time, index) => new ChartRange(time, Quantile(sorted[index], low), Quantile(sorted[index], 100 - low)))]))],
            Series = [new ChartSeries("median", [.. times.Select((time, index) => new ChartPoint(time, Quantile(sorted[index], 50)))])],
        }.Draw();
    }

    // Between the two neighbours (R. J. Hyndman and Y. Fan, 1996, definition 7).
    internal static double Quantile(double[] sorted, int percent)
    {
        double place = (sorted.Length - 1) * percent / 100.0;
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((sorted[below + 1] - sorted[below]) * (place - below)) : sorted[below];
    }
}
