using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Reports;

namespace Verifiable.Inference.Tests.Reports;

/// <summary>Every kind of picture: well formed, the same bytes again and in another culture, no text over text or outside, and a table with what is drawn.</summary>
public sealed class FigureTests
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    private static readonly SamplingGame _game = new() { HonestCost = 6, SubstituteCost = 1, AsserterReward = 10, ValidatorReward = 10, Slash = 40, AuditProbability = 0.05m, CoalitionShare = 0.1m };

    private static readonly ChallengeGame _challenge = new() { HonestCost = 6, SubstituteCost = 1, Reward = 10, Slash = 40, SystemCheckProbability = 0.05m };

    private static readonly EvolutionaryGame _inspection = EvolutionaryGame.Of(BimatrixGame.Of([[4, 4], [9, -41]], [[0, -1], [0, 9]]));

    public static TheoryData<string> Names => [.. All.Keys];

    private static SortedDictionary<string, Func<Figure>> All { get; } = new(StringComparer.Ordinal)
    {
        ["regions"] = () => IncentiveFigures.BestResponse(_game, 100, new Rational(1, 2)),
        ["profit"] = () => IncentiveFigures.Profit(_game, new Rational(1, 2), [new ChartRange(0, 3.9, 4.1), new ChartRange(0.5, 4.3, 4.6)], [new ChartRange(0, 8.8, 9.2), new ChartRange(0.5, -15, -14)]),
        ["profit, not simulated"] = () => IncentiveFigures.Profit(_game with { AuditProbability = 0.4m }, new Rational(1, 5)),
        ["detection"] = () => IncentiveFigures.Detection([("one", 0.05), ("two", 0.5), ("three, with a name so long that it does not fit into a line", 1)], 100),
        ["finality"] = () => IncentiveFigures.Finality([1, 3, 10, 1000], 0.1, 0.9, "hours"),
        ["sensitivity"] = () => IncentiveFigures.Sensitivity(
            IncentiveAdvisor.Minimize(new SamplingAdviceModel(new SamplingEconomics { HonestCost = 100, AsserterReward = 120, ValidatorReward = 120, Slash = 3000, AuditProbability = 0.1m, CoalitionShare = 0.1m, DetectionProbability = 0.9m }), "p"), new Rational(1, 5)),
        ["regimes"] = () => IncentiveFigures.Regimes(new FocalAnswerGame { HonestCost = 6, SubstituteCost = 1, Reward = 10, Slash = 40, AuditProbability = 0.2m, Bounty = 7 }, new Rational(1, 2), 20),
        ["tree"] = () => IncentiveFigures.Tree(_challenge.ToTree(), "challenge", ["honest", "none", "accept"], ["cheat", "none", "accept"]),
        ["flow"] = () => FlowPicture.DrawSquare(_inspection, "flow", "cheat", "look", [Path(_inspection)], [new RestPoint(0.1, 0.1, "mixed", IsStable: false)], 0.6, 0.4),
        ["simplex"] = () => FlowPicture.DrawSimplex(EvolutionaryGame.OfSymmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]), "simplex", ["rock", "paper", "scissors"], [], [new RestPoint(0.333333, 0.333333, "middle", IsStable: true)]),
        ["fan"] = () => FanChart.Draw("fan", "caption", "time", "value", [0, 1, 2], [.. Enumerable.Range(0, 101).Select(run => (ImmutableArray<double>)[run, run * 2, run * 3])]),
        ["one value everywhere"] = () => FanChart.Draw("flat", "caption", "time", "value", [0, 1], [[5, 5], [5, 5]]),
        ["tornado"] = () => TornadoChart.Draw("tornado", "caption", "cost", 10, [new TornadoBar("a", "1", 9, "2", 12), new TornadoBar("b", "1", 11, "2", 13), new TornadoBar("c", "1", 10, "2", 10)]),
    };

    // A reward so close to the cost that a fifth more cost leaves nothing to gain by honesty.
    [Theory]
    [InlineData(120)]
    [InlineData(105)]
    [InlineData(1000)]
    public void A_tornado_draws_every_parameter_or_says_why_not(int reward)
    {
        SamplingAdviceModel model = new(new SamplingEconomics
        {
            HonestCost = 100,
            AsserterReward = reward,
            ValidatorReward = reward,
            Slash = 3000,
            AuditProbability = 0.1m,
            CoalitionShare = 0.1m,
            DetectionProbability = 0.9m,
        });
        AdvisedValue advice = IncentiveAdvisor.Minimize(model, "p");
        Figure figure = IncentiveFigures.Sensitivity(advice, new Rational(1, 5));
        string told = figure.Svg + figure.Caption;
        Assert.All(
            advice.Model.Parameters.Where(static parameter => parameter.Symbol != "p" && !parameter.Value.IsZero),
            parameter => Assert.Contains($"{parameter.Name} {parameter.Symbol}", told, StringComparison.Ordinal));
        Assert.Equal(reward == 105, figure.Caption.Contains("honest cost C (80 … 120)", StringComparison.Ordinal));
    }

    [Fact]
    public void The_regions_of_best_response_have_round_numbers_at_their_axes()
    {
        XElement root = XDocument.Parse(BestResponseRegions.Draw(_game, 3000, new Rational(1995, 10_000))).Root!;
        string[] texts = [.. root.Descendants(_svg + "text").Select(static text => text.Value)];
        Assert.All(["0", "0.02", "0.1", "0.18", "1000", "3000"], tick => Assert.Contains(tick, texts));
        Assert.DoesNotContain("0.0499", texts);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_text_lies_over_another_or_outside_the_picture(string name)
    {
        XElement root = XDocument.Parse(All[name]().Svg).Root!;
        double width = Number(root, "width");
        double height = Number(root, "height");
        (string Text, double Left, double Top, double Right, double Bottom)[] boxes = [.. root.Descendants(_svg + "text").Select(Box)];
        Assert.NotEmpty(boxes);
        Assert.All(boxes, box => Assert.True(box.Left >= 0 && box.Right <= width && box.Top >= 0 && box.Bottom <= height, box.ToString()));
        for (int first = 0; first < boxes.Length; first++)
        {
            for (int second = 0; second < first; second++)
            {
                bool areApart = boxes[first].Left >= boxes[second].Right || boxes[second].Left >= boxes[first].Right || boxes[first].Top >= boxes[second].Bottom || boxes[second].Top >= boxes[first].Bottom;
                Assert.True(areApart, $"{boxes[first]} over {boxes[second]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_numbers_give_the_same_bytes_in_every_culture_and_a_table_with_full_rows(string name)
    {
        Figure figure = All[name]();
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "~";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Figure again = All[name]();
            Assert.Equal(figure.Svg, again.Svg);
            Assert.Equal(figure.Table.ToCsv(), again.Table.ToCsv());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.NotEmpty(figure.Table.Rows);
        Assert.All(figure.Table.Rows, row => Assert.Equal(figure.Table.Columns.Length, row.Length));
        Assert.DoesNotContain("NaN", figure.Svg, StringComparison.Ordinal);
        Assert.DoesNotContain("href", figure.Svg, StringComparison.Ordinal);
    }

    [Fact]
    public void The_profit_lines_cross_where_the_mark_stands()
    {
        Figure figure = All["profit"]();
        XElement root = XDocument.Parse(figure.Svg).Root!;
        (double X, double Y)[][] lines = [.. root.Descendants(_svg + "polyline").Where(line => line.Attribute("stroke-width")!.Value == "2.2").Select(Points)];
        XElement letter = root.Descendants(_svg + "text").First(text => text.Value == "A");
        double x = Number(letter, "x");
        (double honest, double cheat) = (At(lines[0], x), At(lines[1], x));
        Assert.Equal(honest, cheat, 0.6);
        Assert.Equal(honest, Number(letter, "y") - 4, 0.6);
        Assert.Contains($"break-even at p = {(double)_game.LeastAuditProbability!.Value:0.####}", figure.Svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_curve_is_cut_where_it_leaves_the_plot()
    {
        Chart chart = new() { Title = "t", Caption = "c", Horizontal = new ChartAxis("x", 0, 2), Vertical = new ChartAxis("y", 0, 1), Series = [new ChartSeries("s", [new ChartPoint(0, 0), new ChartPoint(2, 4)])] };
        XElement root = XDocument.Parse(chart.Draw().Svg).Root!;
        (double X, double Y)[] line = Points(root.Descendants(_svg + "polyline").Single());
        Assert.Equal((90 + (470 * 0.25), 66.0), line[1]);
    }

    [Fact]
    public void Quantiles_and_tables_are_those_of_the_runs()
    {
        FigureTable table = All["fan"]().Table;
        Assert.Equal("1 100 10 190 50 150", string.Join(' ', table.Rows[1]));
        Assert.Equal("time,median,\"5 % to 95 % of 101 runs, low\",", table.ToCsv()[..43]);
    }

    [Fact]
    public void A_report_needs_nothing_else_and_escapes_what_it_is_given()
    {
        HtmlReport report = new("<script>alert(1)</script>");
        report.AddHeading("a & b");
        report.AddParagraph("<img src=x>", isGood: false);
        report.AddFigure(All["detection"]());
        string page = report.ToString();
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=x>", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_regime_that_holds_twice_in_a_row_of_cells_has_two_lines()
    {
        Figure figure = RegimeDiagram.Draw("t", "c", new ChartAxis("x", 0, 3), new ChartAxis("y", 0, 1), 3, 1, ["outer", "inner"], (x, _) => x is > 1 and < 2 ? 1 : 0);
        Assert.Equal(["outer 0 1", "inner 1 2", "outer 2 3"], figure.Table.Rows.Select(row => $"{row[1]} {row[2]} {row[3]}"));
    }

    [Fact]
    public void The_bars_of_a_sensitivity_rest_on_the_same_margin_and_intervals_as_its_middle()
    {
        SamplingAdviceModel model = new(new SamplingEconomics { HonestCost = 100, AsserterReward = 120, ValidatorReward = 120, Slash = 3000, AuditProbability = 0.1m, CoalitionShare = 0.1m, DetectionProbability = 0.9m });
        foreach (AdviceOptions options in (AdviceOptions[])[new AdviceOptions { SafetyMargin = new Rational(1, 2) }, new AdviceOptions().With("δ", new Rational(7, 10), new Rational(8, 10))])
        {
            AdvisedValue advice = IncentiveAdvisor.Minimize(model, "p", options);
            foreach (AdviceParameter parameter in model.Parameters.Where(parameter => parameter.Symbol != "p" && !options.Ranges.ContainsKey(parameter.Symbol)))
            {
                Assert.Equal(advice.Threshold, IncentiveAdvisor.ThresholdWith(advice, parameter.Symbol, parameter.Value));
            }
        }
    }

    [Fact]
    public void Numbers_that_no_picture_holds_are_the_callers_mistake()
    {
        _ = Assert.Throws<ArgumentException>(() => RegimeDiagram.Draw("t", "c", new ChartAxis("x", 0, 1), new ChartAxis("y", 0, 1), 2, 2, ["one"], (_, _) => 0, [new ChartMark(double.NaN, 0, "nowhere")]));
        _ = Assert.Throws<ArgumentException>(() => FlowPicture.DrawSquare(_inspection, "t", "x", "y", [new ChartSeries("empty", [])], []));
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused()
    {
        _ = Assert.Throws<ArgumentException>(() => new Chart { Title = "t", Caption = "c", Horizontal = new ChartAxis("x", 1, 1), Vertical = new ChartAxis("y", 0, 1) }.Draw());
        _ = Assert.Throws<ArgumentException>(() => new Chart { Title = "t", Caption = "c", Horizontal = new ChartAxis("x", 0, 1, IsLogarithmic: true), Vertical = new ChartAxis("y", 0, double.NaN) }.Draw());
        _ = Assert.Throws<ArgumentException>(() => FanChart.Draw("t", "c", "x", "y", [0, 1], [[0, 1], [0]]));
        _ = Assert.Throws<ArgumentException>(() => TornadoChart.Draw("t", "c", "u", 0, []));
        _ = Assert.Throws<ArgumentException>(() => RegimeDiagram.Draw("t", "c", new ChartAxis("x", 0, 1), new ChartAxis("y", 0, 1), 2, 2, ["one"], (_, _) => 1));
        _ = Assert.Throws<ArgumentException>(() => FlowPicture.DrawSimplex(_inspection, "t", ["a", "b", "c"], [], []));
    }

    private static ChartSeries Path(EvolutionaryGame game)
    {
        DynamicsPath path = ReplicatorDynamics.Follow(game, [0.8, 0.2, 0.8, 0.2], 4);
        return new ChartSeries("a path", [.. path.ShareOf(0, 1).Zip(path.ShareOf(1, 1), (x, y) => new ChartPoint(x, y))]);
    }

    // A letter of a sans-serif font is about half as wide as it is high; bold ones a little wider.
    private static (string Text, double Left, double Top, double Right, double Bottom) Box(XElement text)
    {
        double size = Number(text, "font-size");
        double width = text.Value.Length * size * (text.Attribute("font-weight") is null ? 0.5 : 0.55);
        double x = Number(text, "x");
        double left = text.Attribute("text-anchor")!.Value switch { "middle" => x - (width / 2), "end" => x - width, _ => x };
        double baseline = Number(text, "y");
        return (text.Value, left, baseline - (0.72 * size), left + width, baseline + (0.1 * size));
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static (double X, double Y)[] Points(XElement line) =>
        [.. line.Attribute("points")!.Value.Split(' ').Select(point => point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).Select(pair => (pair[0], pair[1]))];

    private static double At((double X, double Y)[] line, double x)
    {
        int index = Array.FindIndex(line, point => point.X >= x);
        ((double x0, double y0), (double x1, double y1)) = (line[index - 1], line[index]);
        return y0 + ((y1 - y0) * (x - x0) / (x1 - x0));
    }
}
