using System.Globalization;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;

namespace Verifiable.Inference.Reports;

/// <summary>
/// Draws for which audit probabilities and slashes honesty is the best response of a sampling game: the threshold curves of the cheat that knows its role and of the one that does not, and the
/// operating point. The curves are computed exactly and rounded only to be drawn; the same game gives the same bytes. Pure and thread-safe.
/// </summary>
public static class BestResponseRegions
{
    private const double Left = 70;
    private const double Top = 50;
    private const double Width = 480;
    private const double Height = 320;
    private const int Steps = 96;

    /// <summary>Draws the regions.</summary>
    /// <param name="game">The game; its own p and S are the operating point.</param>
    /// <param name="greatestSlash">The right end of the axis of S, above 0.</param>
    /// <param name="greatestProbability">The upper end of the axis of p, above 0 and at most 1.</param>
    /// <returns>The picture as SVG.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An end is out of range.</exception>
    public static string Draw(SamplingGame game, Rational greatestSlash, Rational greatestProbability)
    {
        ArgumentNullException.ThrowIfNull(game);
        ThrowIfNot(greatestSlash.Sign > 0, nameof(greatestSlash), greatestSlash);
        ThrowIfNot(greatestProbability.Sign > 0 && greatestProbability <= 1, nameof(greatestProbability), greatestProbability);
        SvgWriter svg = new(800, 440, "Best response over audit probability and slash", "Above a curve honesty is the best response of that cheat.");
        (double X, double Y)[] aware = Curve(game, greatestSlash, greatestProbability, one => one.LeastAuditProbability);
        (double X, double Y)[] blind = Curve(game, greatestSlash, greatestProbability, one => one.RoleBlindLeastAuditProbability);
        svg.Text(Left, 24, "Where honesty is the best response", size: 15, isBold: true);
        svg.Polygon([(Left, Top + Height), .. blind, (Left + Width, Top + Height)], SvgWriter.Orange, 0.35);
        svg.Polygon([.. blind, .. aware.Reverse()], SvgWriter.Sky, 0.35);
        svg.Polygon([(Left, Top), .. aware, (Left + Width, Top)], SvgWriter.Green, 0.25);
        svg.Polyline(aware, SvgWriter.Blue, 2.5);
        svg.Polyline(blind, SvgWriter.Vermilion, 2.5, "7 4");
        DrawAxes(svg, greatestSlash, greatestProbability);
        DrawPoint(svg, game, greatestSlash, greatestProbability);
        DrawLegend(svg, game);
        return svg.ToString();
    }

    private static (double X, double Y)[] Curve(SamplingGame game, Rational greatestSlash, Rational greatestProbability, Func<SamplingGame, Rational?> threshold)
    {
        var points = new (double X, double Y)[Steps + 1];
        for (int step = 0; step <= Steps; step++)
        {
            Rational least = threshold(game with { Slash = greatestSlash * step / Steps }) ?? Rational.One;
            double share = (double)(Rational.Min(Rational.Max(least, Rational.Zero), greatestProbability) / greatestProbability);
            points[step] = (Left + (Width * step / Steps), Top + (Height * (1 - share)));
        }

        return points;
    }

    private static void DrawAxes(SvgWriter svg, Rational greatestSlash, Rational greatestProbability)
    {
        svg.Rectangle(Left, Top, Width, Height, "none", SvgWriter.Ink);
        ChartAxis horizontal = new("slash S, units", 0, (double)greatestSlash);
        ChartAxis vertical = new("audit probability p", 0, (double)greatestProbability);
        foreach (double tick in PlotArea.Ticks(horizontal))
        {
            double x = Left + (Width * tick / horizontal.Greatest);
            svg.Line(x, Top + Height, x, Top + Height + 5, SvgWriter.Ink);
            svg.Text(x, Top + Height + 19, PlotArea.Number(tick), "middle", size: 11);
        }

        foreach (double tick in PlotArea.Ticks(vertical))
        {
            double y = Top + (Height * (1 - (tick / vertical.Greatest)));
            svg.Line(Left - 5, y, Left, y, SvgWriter.Ink);
            svg.Text(Left - 9, y + 4, PlotArea.Number(tick), "end", size: 11);
        }

        svg.Text(Left + (Width / 2), Top + Height + 42, horizontal.Label, "middle");
        svg.Text(Left, Top - 8, vertical.Label, "start");
    }

    private static void DrawPoint(SvgWriter svg, SamplingGame game, Rational greatestSlash, Rational greatestProbability)
    {
        double x = Left + (Width * (double)Rational.Min(Rational.One, game.Slash / greatestSlash));
        double y = Top + (Height * (1 - (double)Rational.Min(Rational.One, game.AuditProbability / greatestProbability)));
        svg.Circle(x, y, 5, "#ffffff", SvgWriter.Ink);
        svg.Circle(x, y, 2, SvgWriter.Ink, SvgWriter.Ink);
    }

    private static void DrawLegend(SvgWriter svg, SamplingGame game)
    {
        double x = Left + Width + 20;
        svg.Line(x, 70, x + 24, 70, SvgWriter.Blue, 2.5);
        svg.Text(x + 30, 74, "threshold, role known", size: 11);
        svg.Line(x, 92, x + 24, 92, SvgWriter.Vermilion, 2.5, "7 4");
        svg.Text(x + 30, 96, "threshold, role unknown", size: 11);
        svg.Circle(x + 12, 114, 5, "#ffffff", SvgWriter.Ink);
        svg.Circle(x + 12, 114, 2, SvgWriter.Ink, SvgWriter.Ink);
        svg.Text(x + 30, 118, "operating point", size: 11);
        (string Fill, string Meaning)[] regions = [(SvgWriter.Green, "above both: honesty"), (SvgWriter.Sky, "between: honesty, if roles are hidden"), (SvgWriter.Orange, "below both: cheating")];
        for (int region = 0; region < regions.Length; region++)
        {
            double y = 236 + (20 * region);
            svg.Polygon([(x, y), (x + 14, y), (x + 14, y + 12), (x, y + 12)], regions[region].Fill, 0.35);
            svg.Text(x + 20, y + 10, regions[region].Meaning, size: 11);
        }

        svg.Text(x, 150, game.Margin.Sign > 0 ? "here honesty is best" : "here cheating pays", size: 12, isBold: true);
        svg.Text(x, 168, $"S = {Number(game.Slash)}, p = {Number(game.AuditProbability)}", size: 11);
        svg.Text(x, 186, $"least p = {(game.LeastAuditProbability is { } least ? Number(least) : "none")}", size: 11);
        svg.Text(x, 204, $"role unknown: {(game.RoleBlindLeastAuditProbability is { } blind ? Number(blind) : "none")}", size: 11);
    }

    private static string Number(Rational value)
    {
        string text = value.ToDecimalText(4);
        return text.TrimEnd('0').TrimEnd('.') is { Length: > 0 } shorter ? shorter : "0";
    }

    private static void ThrowIfNot(bool isRight, string name, Rational value)
    {
        if (!isRight)
        {
            throw new ArgumentOutOfRangeException(name, value.ToString(), string.Create(CultureInfo.InvariantCulture, $"Expected an end of an axis above 0 (and a probability of at most 1), got {value}."));
        }
    }
}
