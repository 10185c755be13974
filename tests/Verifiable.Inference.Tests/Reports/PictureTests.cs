using System.Globalization;
using System.Xml.Linq;
using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.PublishedGames;
using Verifiable.Inference.Reports;

namespace Verifiable.Inference.Tests.Reports;

/// <summary>Pictures are well formed, the same every time, and show what they should.</summary>
public sealed class PictureTests
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_tree_shows_every_player_action_and_payoff_and_the_failing_line()
    {
        ParametricGame game = CheckMateExamples.Find("closing_game-simplified")!;
        IncentiveCounterexample counterexample = IncentiveChecker.Check(game, ["H"], IncentiveProperty.Practicality).Counterexample!;
        string picture = GameTreePicture.Draw(game, "closing & <honest>", ["H"], counterexample);
        XElement root = XDocument.Parse(picture).Root!;
        string[] texts = [.. root.Descendants(_svg + "text").Select(text => text.Value)];
        Assert.Contains("closing & <honest>", texts);
        Assert.Contains("C_h", texts);
        Assert.Contains("A", texts);
        Assert.Equal(counterexample.Path.Length + 1, root.Descendants(_svg + "line").Count(line => line.Attribute("stroke-dasharray") is not null));
        Assert.Equal(picture, GameTreePicture.Draw(game, "closing & <honest>", ["H"], counterexample));
    }

    [Fact]
    public void Pictures_do_not_depend_on_the_culture()
    {
        SamplingGame game = new() { HonestCost = 6, SubstituteCost = 1, AsserterReward = 10, ValidatorReward = 10, Slash = 40, AuditProbability = 0.2m };
        string picture = BestResponseRegions.Draw(game, 100, Rational.Parse("1/2"));
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal(picture, BestResponseRegions.Draw(game, 100, Rational.Parse("1/2")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_threshold_curve_passes_through_the_threshold()
    {
        SamplingGame game = new() { HonestCost = 6, SubstituteCost = 1, AsserterReward = 10, ValidatorReward = 10, Slash = 40, AuditProbability = 0.05m };
        string picture = BestResponseRegions.Draw(game, 80, Rational.One);
        XElement root = XDocument.Parse(picture).Root!;

        // At S = 40, half of the axis, p* = 1/10: y = 50 + 320 · 0.9.
        Assert.Contains("310,338", root.Descendants(_svg + "polyline").First().Attribute("points")!.Value, StringComparison.Ordinal);
        Assert.Contains("here cheating pays", root.Descendants(_svg + "text").Select(text => text.Value));
        Assert.Contains("least p = 0.1", root.Descendants(_svg + "text").Select(text => text.Value));
    }

    [Fact]
    public void What_cannot_be_drawn_is_said()
    {
        _ = Assert.Throws<ArgumentException>(() => GameTreePicture.Draw(TicTacToe.Build(isNumeric: true), "too large"));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => BestResponseRegions.Draw(new SamplingGame { HonestCost = 1, AsserterReward = 1, ValidatorReward = 1, Slash = 1, AuditProbability = 0 }, 0, 1));
    }
}
