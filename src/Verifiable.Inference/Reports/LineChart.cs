using System.Collections.Immutable;

namespace Verifiable.Inference.Reports;

/// <summary>Draws curves, bands and marks. Curves differ by colour and by dashes and by markers, bands by colour and hatching of their edges; no text is inside the plot but the letters of marks.</summary>
internal static class LineChart
{
    private const int MostMarkers = 9;

    internal static Figure Draw(Chart chart)
    {
        chart.Horizontal.ThrowIfInvalid(nameof(chart));
        chart.Vertical.ThrowIfInvalid(nameof(chart));
        if (chart.Series.Length > SvgWriter.Palette.Length || chart.Bands.Length > 4 || chart.Marks.Length > 8)
        {
            throw new ArgumentException("Expected at most eight curves, four bands and eight marks.", nameof(chart));
        }

        SvgWriter svg = new(PlotArea.PictureWidth, PlotArea.PictureHeight, chart.Title, chart.Caption);
        PlotArea area = new(svg, chart.Horizontal, chart.Vertical);
        area.DrawFrame(chart.Title);
        for (int index = 0; index < chart.Bands.Length; index++)
        {
            DrawBand(svg, area, chart.Bands[index], SvgWriter.BandPalette[index]);
        }

        for (int index = 0; index < chart.Series.Length; index++)
        {
            DrawSeries(svg, area, chart, index);
        }

        area.DrawBorder();
        for (int index = 0; index < chart.Marks.Length; index++)
        {
            ChartMark mark = chart.Marks[index];
            string letter = ((char)('A' + index)).ToString();
            SvgMarks.Lettered(svg, area.X(mark.X), area.Y(mark.Y), letter);
            area.AddLegend(mark.Label, (x, y) => SvgMarks.Lettered(svg, x + 12, y, letter));
        }

        return new Figure(chart.Title, chart.Caption, svg.ToString(), TableOf(chart));
    }

    private static void DrawBand(SvgWriter svg, PlotArea area, ChartBand band, string color)
    {
        ChartRange[] points = [.. band.Points.Where(point => double.IsFinite(point.Low) && double.IsFinite(point.High))];
        svg.Polygon([.. points.Select(point => (area.X(point.X), area.Y(point.High))), .. points.Reverse().Select(point => (area.X(point.X), area.Y(point.Low)))], color, 0.3);
        svg.Polyline(points.Select(point => (area.X(point.X), area.Y(point.High))), color, 1, "2 2");
        svg.Polyline(points.Select(point => (area.X(point.X), area.Y(point.Low))), color, 1, "2 2");
        area.AddLegend(band.Name, (x, y) => svg.Polygon([(x, y - 6), (x + 26, y - 6), (x + 26, y + 6), (x, y + 6)], color, 0.3));
    }

    private static void DrawSeries(SvgWriter svg, PlotArea area, Chart chart, int index)
    {
        ChartSeries series = chart.Series[index];
        string color = SvgWriter.Palette[index];
        string? dashes = SvgWriter.DashPatterns[index % SvgWriter.DashPatterns.Length];
        List<ChartPoint> piece = [];
        foreach (ChartPoint point in series.Points.Append(new ChartPoint(double.NaN, double.NaN)))
        {
            bool isInside = double.IsFinite(point.Y) && point.X >= chart.Horizontal.Least && point.X <= chart.Horizontal.Greatest;
            if (isInside)
            {
                piece.Add(point);
            }
            else if (piece.Count > 0)
            {
                svg.Polyline(Clipped(piece, chart.Vertical).Select(inside => (area.X(inside.X), area.Y(inside.Y))), color, 2.2, dashes);
                piece.Clear();
            }
        }

        ChartPoint[] marked = [.. series.Points.Where(point => double.IsFinite(point.Y) && point.Y >= chart.Vertical.Least && point.Y <= chart.Vertical.Greatest)];
        int stride = Math.Max(1, marked.Length / MostMarkers);
        for (int place = Math.Min(index * stride / 4, Math.Max(0, marked.Length - 1)); place < marked.Length; place += stride)
        {
            SvgMarks.Shaped(svg, area.X(marked[place].X), area.Y(marked[place].Y), index, color);
        }

        area.AddLegend(series.Name, (x, y) =>
        {
            svg.Line(x, y, x + 26, y, color, 2.2, dashes);
            SvgMarks.Shaped(svg, x + 13, y, index, color);
        });
    }

    // A curve that leaves the plot is cut where it leaves, not run along the frame.
    private static IEnumerable<ChartPoint> Clipped(List<ChartPoint> points, ChartAxis axis)
    {
        for (int index = 0; index < points.Count; index++)
        {
            bool isIn = points[index].Y >= axis.Least && points[index].Y <= axis.Greatest;
            bool isNear = isIn || (index > 0 && IsIn(points[index - 1])) || (index + 1 < points.Count && IsIn(points[index + 1]));
            if (isIn)
            {
                yield return points[index];
            }
            else if (isNear)
            {
                ChartPoint inner = index > 0 && IsIn(points[index - 1]) ? points[index - 1] : points[index + 1];
                double edge = points[index].Y > axis.Greatest ? axis.Greatest : axis.Least;
                yield return new ChartPoint(inner.X + ((points[index].X - inner.X) * (edge - inner.Y) / (points[index].Y - inner.Y)), edge);
            }
        }

        bool IsIn(ChartPoint point) => point.Y >= axis.Least && point.Y <= axis.Greatest;
    }

    private static FigureTable TableOf(Chart chart)
    {
        double[] places = [.. chart.Series.SelectMany(series => series.Points.Select(point => point.X)).Concat(chart.Bands.SelectMany(band => band.Points.Select(point => point.X))).Distinct().Order()];
        ImmutableArray<string> columns = [chart.Horizontal.Label, .. chart.Series.Select(series => series.Name), .. chart.Bands.SelectMany(band => new[] { band.Name + ", low", band.Name + ", high" })];
        Dictionary<double, double>[] curves = [.. chart.Series.Select(series => series.Points.GroupBy(point => point.X).ToDictionary(group => group.Key, group => group.Last().Y))];
        Dictionary<double, ChartRange>[] bands = [.. chart.Bands.Select(band => band.Points.GroupBy(point => point.X).ToDictionary(group => group.Key, group => group.Last()))];
        return new FigureTable(columns, [.. places.Select(x => (ImmutableArray<string>)
        [
            PlotArea.Number(x),
            .. curves.Select(curve => curve.TryGetValue(x, out double y) ? PlotArea.Number(y) : string.Empty),
            .. bands.SelectMany(band => band.TryGetValue(x, out ChartRange range) ? new[] { PlotArea.Number(range.Low), PlotArea.Number(range.High) } : [string.Empty, string.Empty]),
        ])]);
    }
}
