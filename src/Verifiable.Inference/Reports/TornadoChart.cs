using System.Collections.Immutable;

namespace Verifiable.Inference.Reports;

/// <summary>Draws how much a number moves when others move, one bar each, the longest on top. Lower values of a parameter are drawn filled, higher ones hatched by an outline. Pure and thread-safe.</summary>
public static class TornadoChart
{
    private const double BarLeft = 250;
    private const double BarWidth = 440;
    private const double RowHeight = 30;
    private const double Top = 92;

    /// <summary>Draws the chart.</summary>
    /// <param name="title">The title.</param>
    /// <param name="caption">What it says.</param>
    /// <param name="unit">What the number is, with its unit.</param>
    /// <param name="middle">The number when nothing moves.</param>
    /// <param name="bars">The parameters, at most 24.</param>
    /// <exception cref="ArgumentException">There is no bar, or there are too many.</exception>
    public static Figure Draw(string title, string caption, string unit, double middle, ImmutableArray<TornadoBar> bars)
    {
        if (bars.IsDefaultOrEmpty || bars.Length > 24)
        {
            throw new ArgumentException("Expected 1 to 24 bars.", nameof(bars));
        }

        TornadoBar[] ordered = [.. bars.OrderByDescending(bar => Math.Abs(bar.AtHigher - bar.AtLower)).ThenBy(bar => bar.Name, StringComparer.Ordinal)];
        double least = Math.Min(middle, ordered.Min(bar => Math.Min(bar.AtLower, bar.AtHigher)));
        double greatest = Math.Max(middle, ordered.Max(bar => Math.Max(bar.AtLower, bar.AtHigher)));
        double room = Math.Max((greatest - least) * 0.06, Math.Abs(middle) * 0.01);
        ChartAxis axis = new(unit, least - room, greatest + room + (room == 0 ? 1 : 0));
        double bottom = Top + (RowHeight * ordered.Length);
        SvgWriter svg = new(PlotArea.PictureWidth, bottom + 62, title, caption);
        svg.Text(30, 26, title, size: 16, isBold: true);
        svg.Rectangle(30, 44, 22, 12, SvgWriter.Blue, SvgWriter.Ink);
        svg.Text(58, 54, "parameter lower", size: 11);
        svg.Rectangle(180, 44, 22, 12, "#ffffff", SvgWriter.Vermilion);
        svg.Line(180, 56, 202, 44, SvgWriter.Vermilion);
        svg.Text(208, 54, "parameter higher", size: 11);
        svg.Text(330, 54, $"line: nothing moves, {PlotArea.Number(middle)}", size: 11);
        foreach (double tick in PlotArea.Ticks(axis))
        {
            svg.Line(X(tick), Top - 8, X(tick), bottom, SvgWriter.Pale);
            svg.Text(X(tick), bottom + 18, PlotArea.Number(tick), "middle", size: 11);
        }

        for (int row = 0; row < ordered.Length; row++)
        {
            DrawBar(svg, ordered[row], Top + (RowHeight * row), X, middle);
        }

        svg.Line(X(middle), Top - 8, X(middle), bottom, SvgWriter.Ink, 1.5);
        svg.Text(BarLeft + (BarWidth / 2), bottom + 44, unit, "middle");
        return new Figure(title, caption, svg.ToString(), new FigureTable(
            ["parameter", "lower value", unit + " there", "higher value", unit + " there"],
            [.. ordered.Select(bar => (ImmutableArray<string>)[bar.Name, bar.Lower, PlotArea.Number(bar.AtLower), bar.Higher, PlotArea.Number(bar.AtHigher)])]));

        double X(double value) => BarLeft + (BarWidth * (value - axis.Least) / (axis.Greatest - axis.Least));
    }

    private static void DrawBar(SvgWriter svg, TornadoBar bar, double y, Func<double, double> x, double middle)
    {
        svg.Text(BarLeft - 12, y + 15, bar.Name, "end", size: 11);
        (double zero, double lower, double higher) = (x(middle), x(bar.AtLower), x(bar.AtHigher));
        bool isOneSided = (bar.AtLower - middle) * (bar.AtHigher - middle) > 0;

        // Where both move the number to the same side they are drawn one above the other.
        double height = isOneSided ? 9 : 18;
        svg.Rectangle(Math.Min(zero, lower), y + 2, Math.Abs(lower - zero), height, SvgWriter.Blue, SvgWriter.Ink);
        (double left, double width, double top) = (Math.Min(zero, higher), Math.Abs(higher - zero), isOneSided ? y + 11 : y + 2);
        svg.Rectangle(left, top, width, height, "#ffffff", SvgWriter.Vermilion);
        for (double place = 4; place < width; place += 7)
        {
            svg.Line(left + place, top + height, Math.Min(left + width, left + place + 6), top, SvgWriter.Vermilion);
        }

        double end = Math.Max(Math.Max(lower, higher), zero);
        svg.Text(end + 8, y + 15, $"{bar.Lower} … {bar.Higher}", size: 10, color: SvgWriter.Ink);
    }
}
