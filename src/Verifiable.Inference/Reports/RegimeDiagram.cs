using System.Collections.Immutable;

namespace Verifiable.Inference.Reports;

/// <summary>Draws which of several regimes holds over two parameters: a grid of cells, each regime with a colour and a number that stands in it. Pure and thread-safe.</summary>
public static class RegimeDiagram
{
    /// <summary>The greatest number of cells in one direction, 240.</summary>
    public const int GreatestCells = 240;

    private static readonly string[] _fills = [SvgWriter.Green, SvgWriter.Sky, SvgWriter.Orange, SvgWriter.Vermilion, SvgWriter.Purple, SvgWriter.Yellow, SvgWriter.Blue, SvgWriter.Grey];

    /// <summary>Draws the diagram.</summary>
    /// <param name="title">The title.</param>
    /// <param name="caption">What it says.</param>
    /// <param name="horizontal">The horizontal axis.</param>
    /// <param name="vertical">The vertical axis.</param>
    /// <param name="columns">The number of cells from left to right.</param>
    /// <param name="rows">The number of cells from bottom to top.</param>
    /// <param name="regimes">The names, at most eight.</param>
    /// <param name="classify">Gives the number of the regime at the middle of a cell.</param>
    /// <param name="marks">Points that are worth a sentence.</param>
    /// <exception cref="ArgumentException">There are too many cells or regimes, or a number without a name.</exception>
    public static Figure Draw(
        string title, string caption, ChartAxis horizontal, ChartAxis vertical, int columns, int rows, ImmutableArray<string> regimes, Func<double, double, int> classify, ImmutableArray<ChartMark> marks = default)
    {
        ArgumentNullException.ThrowIfNull(horizontal);
        ArgumentNullException.ThrowIfNull(vertical);
        ArgumentNullException.ThrowIfNull(classify);
        horizontal.ThrowIfInvalid(nameof(horizontal));
        vertical.ThrowIfInvalid(nameof(vertical));
        if (columns is < 1 or > GreatestCells || rows is < 1 or > GreatestCells || regimes.Length is < 1 or > 8 || horizontal.IsLogarithmic || vertical.IsLogarithmic)
        {
            throw new ArgumentException($"Expected 1 to {GreatestCells} cells each way, 1 to 8 regimes and linear axes.");
        }

        SvgWriter svg = new(PlotArea.PictureWidth, PlotArea.PictureHeight, title, caption);
        PlotArea area = new(svg, horizontal, vertical);
        area.DrawFrame(title);
        double AtColumn(double column) => horizontal.Least + ((horizontal.Greatest - horizontal.Least) * column / columns);
        double AtRow(double row) => vertical.Least + ((vertical.Greatest - vertical.Least) * row / rows);
        List<(int Row, int Regime, int From, int To)> runs = [];
        List<(int Row, int Column)>[] cells = [.. regimes.Select(_ => new List<(int, int)>())];
        for (int row = 0; row < rows; row++)
        {
            int start = 0;
            int current = -1;
            for (int column = 0; column <= columns; column++)
            {
                int found = column < columns ? classify(AtColumn(column + 0.5), AtRow(row + 0.5)) : -1;
                if (column < columns)
                {
                    cells[found >= 0 && found < regimes.Length ? found : throw new ArgumentException($"Expected a regime from 0 to {regimes.Length - 1}, got {found}.", nameof(classify))].Add((row, column));
                }

                if (found != current)
                {
                    if (current >= 0)
                    {
                        runs.Add((row, current, start, column));
                        svg.Cell(area.X(AtColumn(start)), area.Y(AtRow(row + 1)), area.X(AtColumn(column)) - area.X(AtColumn(start)), area.Y(AtRow(row)) - area.Y(AtRow(row + 1)), _fills[current], 0.45);
                    }

                    (start, current) = (column, found);
                }
            }
        }

        for (int regime = 0; regime < regimes.Length; regime++)
        {
            string number = PlotArea.Number(regime + 1);
            if (cells[regime].Count > 0)
            {
                // In the cell of the regime that is nearest to the middle of them all, among those with neighbours of the same regime.
                (double row, double column) = (cells[regime].Average(cell => cell.Row), cells[regime].Average(cell => cell.Column));
                (int bestRow, int bestColumn) = cells[regime].MinBy(cell => ((cell.Row - row) * (cell.Row - row)) + ((cell.Column - column) * (cell.Column - column)));
                svg.Text(area.X(AtColumn(bestColumn + 0.5)), area.Y(AtRow(bestRow + 0.5)) + 6, number, "middle", size: 17, isBold: true);
            }

            string fill = _fills[regime];
            area.AddLegend($"{number}: {regimes[regime]}", (x, y) => svg.Cell(x, y - 7, 26, 14, fill, 0.45));
        }

        area.DrawBorder();
        foreach ((ChartMark mark, int index) in (marks.IsDefault ? [] : marks).Select((mark, index) => (mark, index)))
        {
            string letter = ((char)('A' + index)).ToString();
            SvgMarks.Lettered(svg, area.X(mark.X), area.Y(mark.Y), letter);
            area.AddLegend(mark.Label, (x, y) => SvgMarks.Lettered(svg, x + 12, y, letter));
        }

        return new Figure(title, caption, svg.ToString(), TableOf(horizontal, vertical, columns, rows, regimes, runs));
    }

    // A line for each stretch of one regime in a row of cells: where it begins and ends.
    private static FigureTable TableOf(ChartAxis horizontal, ChartAxis vertical, int columns, int rows, ImmutableArray<string> regimes, List<(int Row, int Regime, int From, int To)> runs)
    {
        IEnumerable<(int Row, int Regime, int From, int To)> lines = runs.Where(line => line.Row % Math.Max(1, rows / 20) == 0);
        double width = (horizontal.Greatest - horizontal.Least) / columns;
        double height = (vertical.Greatest - vertical.Least) / rows;
        return new FigureTable(
            [vertical.Label, "regime", horizontal.Label + " from", horizontal.Label + " to"],
            [.. lines.Select(line => (ImmutableArray<string>)
            [
                PlotArea.Number(vertical.Least + (height * (line.Row + 0.5))), regimes[line.Regime],
                PlotArea.Number(horizontal.Least + (width * line.From)), PlotArea.Number(horizontal.Least + (width * line.To)),
            ])]);
    }
}
