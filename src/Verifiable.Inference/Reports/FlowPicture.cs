using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Dynamics;

namespace Verifiable.Inference.Reports;

/// <summary>
/// Draws the replicator flow: over the square for two populations with two strategies each, over the triangle for one population with three. Arrows show where the shares go and, by their length, how fast; paths and rest
/// points are given. Payoffs come from the game, so the picture cannot differ from what is followed. Pure and thread-safe.
/// </summary>
public static class FlowPicture
{
    private const int SquareArrows = 14;
    private const int TriangleArrows = 13;
    private const double GreatestArrow = 24;
    private const double Side = 340;

    /// <summary>Draws the flow of two populations over the unit square: the share of each that plays its second strategy.</summary>
    /// <param name="game">A game of two populations with two strategies each.</param>
    /// <param name="title">The title.</param>
    /// <param name="horizontal">The label of the first population's share.</param>
    /// <param name="vertical">The label of the second population's share.</param>
    /// <param name="paths">Paths that were followed, at most eight.</param>
    /// <param name="restPoints">Rest points, at most eight.</param>
    /// <param name="greatestX">The right end of the horizontal axis, in (0, 1]: less than 1 where all that matters is at small shares.</param>
    /// <param name="greatestY">The upper end of the vertical axis, in (0, 1].</param>
    /// <exception cref="ArgumentException">The game is of another form, or an end is out of range.</exception>
    public static Figure DrawSquare(
        EvolutionaryGame game, string title, string horizontal, string vertical, ImmutableArray<ChartSeries> paths, ImmutableArray<RestPoint> restPoints, double greatestX = 1, double greatestY = 1)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (!game.StrategyCounts.SequenceEqual([2, 2]) || !AreDrawable(paths) || restPoints.Length > 8 || !(greatestX is > 0 and <= 1) || !(greatestY is > 0 and <= 1))
        {
            throw new ArgumentException("Expected two populations with two strategies each, at most eight paths, none of them empty, and eight rest points, and ends of axes in (0, 1].", nameof(game));
        }

        const string Caption = "Arrows show where the replicator dynamics takes the shares; filled discs are stable rest points, open ones are not.";
        SvgWriter svg = new(PlotArea.PictureWidth, PlotArea.PictureHeight + 20, title, Caption);
        PlotArea area = new(svg, new ChartAxis(horizontal, 0, greatestX), new ChartAxis(vertical, 0, greatestY), Side, Side);
        area.DrawFrame(title);
        List<(double X, double Y, double U, double V)> field = [];
        for (int row = 0; row <= SquareArrows; row++)
        {
            for (int column = 0; column <= SquareArrows; column++)
            {
                (double x, double y) = (greatestX * column / SquareArrows, greatestY * row / SquareArrows);
                double[] change = Change(game, [1 - x, x, 1 - y, y]);
                field.Add((x, y, change[1] / greatestX, change[3] / greatestY));
            }
        }

        double scale = GreatestArrow / Math.Max(1e-300, field.Max(arrow => Math.Sqrt((arrow.U * arrow.U) + (arrow.V * arrow.V))));
        foreach ((double x, double y, double u, double v) in field)
        {
            (double endX, double endY) = (area.X(x) + (u * scale), area.Y(y) - (v * scale));
            if (endX >= PlotArea.Left - 1 && endX <= PlotArea.Left + Side + 1 && endY >= PlotArea.Top - 1 && endY <= PlotArea.Top + Side + 1)
            {
                Arrow(svg, area.X(x), area.Y(y), u * scale, -v * scale);
            }
        }

        DrawPaths(svg, area, paths, point => (area.X(point.X), area.Y(point.Y)));
        area.DrawBorder();
        DrawRestPoints(svg, area, restPoints, point => (area.X(point.X), area.Y(point.Y)));
        return new Figure(title, Caption, svg.ToString(), TableOf([horizontal, vertical], paths, restPoints));
    }

    /// <summary>Draws the flow of one population with three strategies over the simplex. Paths and rest points give the shares of the second and the third strategy.</summary>
    /// <param name="game">A game of one population with three strategies.</param>
    /// <param name="title">The title.</param>
    /// <param name="strategies">The three strategies' names.</param>
    /// <param name="paths">Paths that were followed, at most eight.</param>
    /// <param name="restPoints">Rest points, at most eight.</param>
    /// <exception cref="ArgumentException">The game is of another form.</exception>
    public static Figure DrawSimplex(EvolutionaryGame game, string title, ImmutableArray<string> strategies, ImmutableArray<ChartSeries> paths, ImmutableArray<RestPoint> restPoints)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (!game.StrategyCounts.SequenceEqual([3]) || strategies.Length != 3 || !AreDrawable(paths) || restPoints.Length > 8)
        {
            throw new ArgumentException("Expected one population with three named strategies, at most eight paths, none of them empty, and eight rest points.", nameof(game));
        }

        const string Caption = "Each corner is a population that plays one strategy only; arrows show where the replicator dynamics takes the shares; filled discs are stable rest points, open ones are not.";
        SvgWriter svg = new(PlotArea.PictureWidth, PlotArea.PictureHeight + 20, title, Caption);
        PlotArea area = new(svg, new ChartAxis(string.Empty, 0, 1), new ChartAxis(string.Empty, 0, 1));
        svg.Text(PlotArea.Left - 60, 26, title, size: 16, isBold: true);
        const double Height = Side * 0.8660254037844386;
        const double Base = PlotArea.Top + 26 + Height;
        (double X, double Y) At(double second, double third) => (PlotArea.Left + 30 + (Side * (second + (third / 2))), Base - (Height * third));
        svg.Polyline([At(0, 0), At(1, 0), At(0, 1), At(0, 0)], SvgWriter.Ink, 1.5);
        svg.Text(At(0, 0).X, Base + 22, strategies[0], "middle", isBold: true);
        svg.Text(At(1, 0).X, Base + 22, strategies[1], "middle", isBold: true);
        svg.Text(At(0, 1).X, Base - Height - 12, strategies[2], "middle", isBold: true);
        List<((double X, double Y) From, double U, double V)> field = [];
        for (int third = 0; third <= TriangleArrows; third++)
        {
            for (int second = 0; second <= TriangleArrows - third; second++)
            {
                (double x, double y) = (second / (double)TriangleArrows, third / (double)TriangleArrows);
                double[] change = Change(game, [(TriangleArrows - second - third) / (double)TriangleArrows, x, y]);
                field.Add((At(x, y), change[1] + (change[2] / 2), -change[2] * 0.8660254037844386));
            }
        }

        double scale = GreatestArrow / Math.Max(1e-300, field.Max(arrow => Math.Sqrt((arrow.U * arrow.U) + (arrow.V * arrow.V))));
        foreach (((double X, double Y) from, double u, double v) in field)
        {
            Arrow(svg, from.X, from.Y, u * scale, v * scale);
        }

        DrawPaths(svg, area, paths, point => At(point.X, point.Y));
        DrawRestPoints(svg, area, restPoints, point => At(point.X, point.Y));
        return new Figure(title, Caption, svg.ToString(), TableOf(["share of " + strategies[1], "share of " + strategies[2]], paths, restPoints));
    }

    // The least arrows are drawn longer than they are, so that their direction can be seen.
    private static void Arrow(SvgWriter svg, double x, double y, double dx, double dy)
    {
        double length = Math.Sqrt((dx * dx) + (dy * dy));
        if (length > 0.02)
        {
            double stretch = Math.Max(length, 6) / length;
            SvgMarks.Arrow(svg, x, y, dx * stretch, dy * stretch, SvgWriter.Grey);
        }
    }

    // xᵢ(fᵢ − Σxⱼfⱼ) in each population.
    private static double[] Change(EvolutionaryGame game, double[] state)
    {
        double[] payoffs = new double[state.Length];
        game.ComputePayoffs(state, payoffs);
        double[] change = new double[state.Length];
        int first = 0;
        foreach (int count in game.StrategyCounts)
        {
            double mean = 0;
            for (int index = first; index < first + count; index++)
            {
                mean += state[index] * payoffs[index];
            }

            for (int index = first; index < first + count; index++)
            {
                change[index] = state[index] * (payoffs[index] - mean);
            }

            first += count;
        }

        return change;
    }

    private static bool AreDrawable(ImmutableArray<ChartSeries> paths) => paths.Length <= 8 && paths.All(path => !path.Points.IsDefaultOrEmpty);

    private static void DrawPaths(SvgWriter svg, PlotArea area, ImmutableArray<ChartSeries> paths, Func<ChartPoint, (double X, double Y)> at)
    {
        for (int index = 0; index < paths.Length; index++)
        {
            string color = SvgWriter.Palette[index];
            string? dashes = SvgWriter.DashPatterns[index % SvgWriter.DashPatterns.Length];
            svg.Polyline(paths[index].Points.Select(at), color, 2.2, dashes);
            (double x, double y) = at(paths[index].Points[0]);
            int shape = index;
            SvgMarks.Shaped(svg, x, y, shape, color);
            area.AddLegend($"{paths[index].Name}, from its mark", (left, middle) =>
            {
                svg.Line(left, middle, left + 26, middle, color, 2.2, dashes);
                SvgMarks.Shaped(svg, left, middle, shape, color);
            });
        }
    }

    private static void DrawRestPoints(SvgWriter svg, PlotArea area, ImmutableArray<RestPoint> points, Func<RestPoint, (double X, double Y)> at)
    {
        foreach ((RestPoint point, int index) in points.Select((point, index) => (point, index)))
        {
            (double x, double y) = at(point);
            Disc(x, y, point.IsStable);
            area.AddLegend(point.Label, (left, middle) => Disc(left + 12, middle, point.IsStable));

            void Disc(double centerX, double centerY, bool isStable)
            {
                string letter = ((char)('A' + index)).ToString();
                svg.Circle(centerX, centerY, 8, isStable ? SvgWriter.Ink : "#ffffff", SvgWriter.Ink);
                svg.Text(centerX, centerY + 4, letter, "middle", isStable ? "#ffffff" : SvgWriter.Ink, 11, isBold: true);
            }
        }
    }

    private static FigureTable TableOf(ImmutableArray<string> coordinates, ImmutableArray<ChartSeries> paths, ImmutableArray<RestPoint> points) => new(
        ["what", .. coordinates],
        [
            .. points.Select(point => (ImmutableArray<string>)[point.Label, PlotArea.Number(point.X), PlotArea.Number(point.Y)]),
            .. paths.SelectMany(path => path.Points.Where((_, index) => index % Math.Max(1, path.Points.Length / 20) == 0)
                .Select(point => (ImmutableArray<string>)[path.Name, PlotArea.Number(point.X), PlotArea.Number(point.Y)])),
        ]);
}
