using System.Collections.Immutable;
using System.Globalization;
using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Reports;

/// <summary>Makes the pictures that a designer of a protocol asks for, from closed forms and advice; what was simulated is given as plain numbers. Pure and thread-safe.</summary>
public static class IncentiveFigures
{
    private const int Steps = 64;

    /// <summary>Draws for which audit probabilities and slashes honesty is the best response, with the two threshold curves as a table.</summary>
    /// <inheritdoc cref="BestResponseRegions.Draw"/>
    public static Figure BestResponse(SamplingGame game, Rational greatestSlash, Rational greatestProbability)
    {
        string svg = BestResponseRegions.Draw(game, greatestSlash, greatestProbability);
        return new Figure("Where honesty is the best response", "Above a curve honesty is the best response of that cheat.", svg, new FigureTable(
            ["slash S", "least p, role known", "least p, role unknown"],
            [.. Enumerable.Range(0, 13).Select(step => game with { Slash = greatestSlash * step / 12 }).Select(at => (ImmutableArray<string>)[Text(at.Slash), Text(at.LeastAuditProbability), Text(at.RoleBlindLeastAuditProbability)])]));
    }

    /// <summary>Draws what honesty and cheating earn against the audit probability, the break-even point, and what a simulation measured around the closed form.</summary>
    /// <param name="game">The game; its own p is the operating point.</param>
    /// <param name="greatestProbability">The right end of the axis, above 0 and at most 1.</param>
    /// <param name="simulatedHonest">Intervals of what honesty earned in a simulation, or none.</param>
    /// <param name="simulatedDishonest">Intervals of what cheating earned, or none.</param>
    public static Figure Profit(SamplingGame game, Rational greatestProbability, ImmutableArray<ChartRange> simulatedHonest = default, ImmutableArray<ChartRange> simulatedDishonest = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        Rational[] places = [.. Enumerable.Range(0, Steps + 1).Select(step => greatestProbability * step / Steps)];
        ImmutableArray<ChartPoint> Curve(Func<SamplingGame, Rational> earned) => [.. places.Select(p => new ChartPoint((double)p, (double)earned(game with { AuditProbability = p })))];
        ImmutableArray<ChartPoint> honest = Curve(at => at.HonestPayoff);
        ImmutableArray<ChartPoint> dishonest = Curve(at => at.DishonestPayoff);
        ImmutableArray<ChartRange> bands = [.. simulatedHonest.IsDefault ? [] : simulatedHonest, .. simulatedDishonest.IsDefault ? [] : simulatedDishonest];
        double least = honest.Concat(dishonest).Min(point => point.Y);
        double greatest = Math.Max(honest.Concat(dishonest).Max(point => point.Y), bands.IsEmpty ? double.NegativeInfinity : bands.Max(band => band.High));
        least = Math.Max(Math.Min(least, bands.IsEmpty ? least : bands.Min(band => band.Low)), greatest - (6 * Math.Max(1e-9, greatest - honest.Min(point => point.Y))) - (4 * (double)(game.HonestCost - game.SubstituteCost)));
        double room = (greatest - least) * 0.06;
        List<ChartMark> marks = [];
        if (game.LeastAuditProbability is { } even && even <= greatestProbability)
        {
            marks.Add(new ChartMark((double)even, (double)(game with { AuditProbability = even }).HonestPayoff, $"break-even at p = {Text(even)}"));
        }

        if (game.AuditProbability <= greatestProbability)
        {
            double height = Math.Max((double)game.DishonestPayoff, least);
            marks.Add(new ChartMark((double)game.AuditProbability, height, $"cheating here, p = {Text(game.AuditProbability)}: {(game.Margin.Sign > 0 ? "a loss" : "a gain")} of {Text(Rational.Abs(game.Margin))} against honesty"));
        }

        return new Chart
        {
            Title = "What honesty and cheating earn",
            Caption = "Earnings of one task against the audit probability, for a cheat that knows its role; a band is what a simulation measured.",
            Horizontal = new ChartAxis("audit probability p", 0, (double)greatestProbability),
            Vertical = new ChartAxis("earnings a task, units", least - room, greatest + room),
            Bands = [
                .. simulatedHonest.IsDefaultOrEmpty ? Array.Empty<ChartBand>() : [new ChartBand("honest, simulated", simulatedHonest)],
                .. simulatedDishonest.IsDefaultOrEmpty ? Array.Empty<ChartBand>() : [new ChartBand("cheating, simulated", simulatedDishonest)]],
            Series = [new ChartSeries("honest, closed form", honest), new ChartSeries("cheating, closed form", dishonest)],
            Marks = [.. marks],
        }.Draw();
    }

    /// <summary>Draws the probability that a provider that cheats so many times is convicted at least once.</summary>
    /// <param name="convictions">For each curve its name and the conviction probability of one cheat, at most eight.</param>
    /// <param name="greatestCheats">The right end of the axis, from 2 to 100,000.</param>
    public static Figure Detection(ImmutableArray<(string Name, double Probability)> convictions, int greatestCheats)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(greatestCheats, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(greatestCheats, 100_000);
        int[] places = [.. Enumerable.Range(0, Steps + 1).Select(step => (int)((long)greatestCheats * step / Steps)).Distinct()];
        return new Chart
        {
            Title = "How likely a cheat is convicted",
            Caption = "The probability of at least one conviction, 1 − (1 − D)ᵏ, against the number k of cheats.",
            Horizontal = new ChartAxis("number of cheats k", 0, greatestCheats),
            Vertical = new ChartAxis("probability of at least one conviction", 0, 1),
            Series = [.. convictions.Select(conviction => new ChartSeries(conviction.Name, [.. places.Select(cheats => new ChartPoint(cheats, 1 - StableFunctions.Power(1 - conviction.Probability, cheats)))]))],
        }.Draw();
    }

    /// <summary>Draws how long to wait until the probability that no watcher found a fraud is small enough: T = ln(1/ε) / (mλδ).</summary>
    /// <param name="watchers">Numbers of watchers m, one curve each, at most eight.</param>
    /// <param name="rate">How often each looks in a unit of time, λ; above 0.</param>
    /// <param name="detection">The probability that a look finds the fraud, δ; in (0, 1].</param>
    /// <param name="timeUnit">The unit of time, for the label.</param>
    public static Figure Finality(ImmutableArray<int> watchers, double rate, double detection, string timeUnit)
    {
        if (!(rate > 0) || !(detection is > 0 and <= 1) || watchers.IsDefaultOrEmpty || watchers.Min() < 1)
        {
            throw new ArgumentException("Expected watchers, a rate above 0 and a probability of detection in (0, 1].");
        }

        double[] risks = [.. Enumerable.Range(0, 33).Select(step => Math.Max(1e-9, 0.1 / StableFunctions.Exp(step * 0.25 * StableFunctions.Log(10))))];
        double Time(int count, double risk) => StableFunctions.Log(1 / risk) / (count * rate * detection);
        double[] times = [.. watchers.SelectMany(count => risks.Select(risk => Time(count, risk)))];
        return new Chart
        {
            Title = "Time to finality against security",
            Caption = "How long an answer must wait until the probability that a fraud was not found is at most ε, for watchers who look independently.",
            Horizontal = new ChartAxis("probability ε that a fraud is not found", 1e-9, 0.1, IsLogarithmic: true),
            Vertical = new ChartAxis($"waiting time, {timeUnit}", times.Min() * 0.8, times.Max() * 1.2, IsLogarithmic: true),
            Series = [.. watchers.Select(count => new ChartSeries(
                count == 1 ? "1 watcher" : string.Create(CultureInfo.InvariantCulture, $"{count} watchers"),
                [.. risks.Reverse().Select(risk => new ChartPoint(risk, Time(count, risk)))]))],
        }.Draw();
    }

    /// <summary>Draws how an advised value moves when each other parameter moves by a share of itself: solved again exactly at each end, not by the derivative.</summary>
    /// <param name="advice">The advice; it must be feasible.</param>
    /// <param name="share">The share, in (0, 1).</param>
    /// <exception cref="ArgumentException">Nothing is feasible, or the share is out of range.</exception>
    public static Figure Sensitivity(AdvisedValue advice, Rational share)
    {
        ArgumentNullException.ThrowIfNull(advice);
        if (advice.Threshold is not { } middle || !advice.IsFeasible || share.Sign <= 0 || share >= Rational.One)
        {
            throw new ArgumentException("Expected feasible advice with a threshold, and a share in (0, 1).", nameof(advice));
        }

        AdviceModel model = advice.Model;
        List<TornadoBar> bars = [];
        List<string> leftOut = [];
        foreach (AdviceParameter parameter in model.Parameters.Where(parameter => parameter.Symbol != advice.Parameter.Symbol && !parameter.Value.IsZero))
        {
            Rational lower = parameter.Value * (1 - share);
            Rational higher = Rational.Min(parameter.Value * (1 + share), parameter.Kind == AdviceParameterKind.Probability ? Rational.One : parameter.Value * (1 + share));
            if (IncentiveAdvisor.ThresholdWith(advice, parameter.Symbol, lower) is { } atLower && IncentiveAdvisor.ThresholdWith(advice, parameter.Symbol, higher) is { } atHigher)
            {
                bars.Add(new TornadoBar($"{parameter.Name} {parameter.Symbol}", Text(lower), (double)atLower, Text(higher), (double)atHigher));
            }
            else
            {
                leftOut.Add($"{parameter.Name} {parameter.Symbol} ({Text(lower)} … {Text(higher)})");
            }
        }

        return TornadoChart.Draw(
            $"What the {advice.Parameter.Name} must exceed, and what moves it",
            $"Each parameter is moved by {Text(share * 100)} % of itself, the others held{(advice.Options.Ranges.IsEmpty ? string.Empty : " or anywhere in their intervals")}; the threshold is solved again exactly."
                + (leftOut.Count == 0 ? string.Empty : $" Not drawn, because at one end no {advice.Parameter.Name} is enough: {string.Join(", ", leftOut)}."),
            $"threshold of {advice.Parameter.Symbol}", (double)middle, [.. bars]);
    }

    /// <summary>Draws which equilibria the game with the shared cheap answer has, over audit probability and bounty.</summary>
    /// <param name="game">The game; its own p and w are the operating point.</param>
    /// <param name="greatestProbability">The right end of the axis of p.</param>
    /// <param name="greatestBounty">The upper end of the axis of w.</param>
    public static Figure Regimes(FocalAnswerGame game, Rational greatestProbability, Rational greatestBounty)
    {
        ArgumentNullException.ThrowIfNull(game);
        return RegimeDiagram.Draw(
            "Which equilibria there are",
            "The game in which lazy providers share one cheap model: whether honesty of all, cheating of all, or both are equilibria.",
            new ChartAxis("audit probability p", 0, (double)greatestProbability),
            new ChartAxis("bounty w, units", 0, (double)greatestBounty),
            96,
            72,
            ["only honesty is an equilibrium", "honesty and cheating of all both are", "only cheating of all is", "neither: providers mix"],
            (p, w) => Regime(game with { AuditProbability = Rational.FromDouble(p), Bounty = Rational.FromDouble(w) }),
            [new ChartMark((double)game.AuditProbability, (double)game.Bounty, $"operating point: p = {Text(game.AuditProbability)}, w = {Text(game.Bounty)}")]);
    }

    /// <summary>Draws a game tree with honest play and a line of play that pays; the table lists every line of play with its payoffs.</summary>
    /// <inheritdoc cref="GameTreePicture.Draw(ExtensiveGame, string, IReadOnlyList{string}?, IReadOnlyList{string}?)"/>
    public static Figure Tree(ExtensiveGame tree, string title, IReadOnlyList<string>? honest = null, IReadOnlyList<string>? failing = null)
    {
        string svg = GameTreePicture.Draw(tree, title, honest, failing);
        return new Figure(title, "Bold solid lines are honest play; bold dashed lines a line of play that pays, where there is one.", svg, new FigureTable(
            ["line of play", .. tree.Players],
            [.. Enumerable.Range(0, tree.NodeCount).Where(node => tree.KindOf(node) == GameNodeKind.Terminal)
                .Select(end => (ImmutableArray<string>)[PathTo(tree, end), .. Enumerable.Range(0, tree.Players.Length).Select(player => Text(tree.PayoffOf(end, player)))])]));
    }

    private static string PathTo(ExtensiveGame tree, int node)
    {
        Stack<string> moves = [];
        for (; node > 0; node = tree.ParentOf(node))
        {
            moves.Push(tree.ActionsOf(tree.ParentOf(node))[tree.MoveInto(node)]);
        }

        return string.Join(", ", moves);
    }

    private static int Regime(FocalAnswerGame game) => (game.IsHonestyEquilibrium, game.IsCheatingEquilibrium) switch
    {
        (true, false) => 0,
        (true, true) => 1,
        (false, true) => 2,
        _ => 3,
    };

    private static string Text(Rational? value) => value is { } number ? AdviceText.Plain(number) : "none";
}
