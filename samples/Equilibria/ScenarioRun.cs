using System.Collections.Immutable;
using System.Globalization;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Incentives.Solvers;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.Reports;

namespace Verifiable.Inference.Samples.Equilibria;

/// <summary>Works one scenario out: assessment, equilibria, simulation, pictures.</summary>
internal sealed class ScenarioRun(Scenario scenario, int number, ulong seed)
{
    private const int NameWidth = 32;
    private const int CellWidth = 20;
    private const int TextWidth = 98;

    private readonly IReadOnlyList<StrategyColumn> _columns = StrategyColumn.Of(scenario);

    private SamplingGame Sampling => new()
    {
        HonestCost = scenario.HonestCost,
        SubstituteCost = scenario.SubstituteCost,
        AsserterReward = scenario.Reward,
        ValidatorReward = scenario.Reward,
        Slash = scenario.Slash,
        AuditProbability = scenario.AuditRate,
        CoalitionShare = scenario.CoalitionShare,
        DetectionProbability = scenario.Detection,
        FalseConvictionProbability = scenario.FalseConviction,
        ValidatorFalseConvictionProbability = scenario.FalseConviction,
    };

    private FocalAnswerGame Focal => new()
    {
        HonestCost = scenario.HonestCost,
        SubstituteCost = scenario.SubstituteCost,
        Reward = scenario.Reward,
        Slash = scenario.Slash,
        AuditProbability = scenario.AuditRate,
        Bounty = scenario.Bounty,
    };

    private CheckerGame Watchers => new()
    {
        Reward = scenario.Reward,
        HonestCost = scenario.HonestCost,
        CheatCost = scenario.SubstituteCost,
        Slash = scenario.Slash,
        CheckCost = scenario.CheckCost,
        Bounty = Math.Max(1, scenario.Bounty),
        Checkers = scenario.Checkers,
    };

    public void Write(TextWriter text, ReportWriter report)
    {
        text.WriteLine($"Scenario {number}: {scenario.Name}");
        text.WriteLine();
        report.Page.AddHeading($"Scenario {number}: {scenario.Name}");
        WriteComparison(text, report);
        WriteEquilibria(text, report);
        Draw(report);
    }

    private void WriteComparison(TextWriter text, ReportWriter report)
    {
        string[][] cells = [.. _columns.Select(column => column.Cells().ToArray())];
        text.WriteLine(Line(string.Empty, _columns.Select(column => column.Title)));
        for (int row = 0; row < StrategyColumn.Rows.Count; row++)
        {
            text.WriteLine(Line(StrategyColumn.Rows[row], cells.Select(column => column[row])));
        }

        text.WriteLine();
        report.Page.AddTable(new FigureTable(
            ["", .. _columns.Select(column => column.Title)],
            [.. StrategyColumn.Rows.Select((name, row) => (ImmutableArray<string>)[name, .. cells.Select(column => column[row])])]));
        foreach (StrategyColumn column in _columns)
        {
            bool isGood = column.Careful is { IsMet: true };
            string sentence = column.Title + ": " + (column.Careful?.Explanation ?? "these terms are refused: no half of the slash is left to burn, or they are out of range.");
            report.Page.AddParagraph(sentence, isGood);
            Say(text, sentence);
        }

        text.WriteLine();
    }

    private void WriteEquilibria(TextWriter text, ReportWriter report)
    {
        _ = ReducedNormalForm.TryMake(Focal.ToTree(), null, out ReducedNormalForm? form, out _);
        BimatrixSolution solution = ExtremeEquilibria.FindAll(BimatrixGame.Of(form!.Game));
        bool isChecked = CertificateVerifier.Verify(solution.ToCertificate()).IsValid;
        string equilibria = string.Join("; ", solution.Equilibria.Select(profile => $"asserter honest {Scenario.Short(profile[0][0])}, validator honest {Scenario.Short(profile[1][0])}"));
        List<string> sentences =
        [
            $"Game with a shared cheap answer: {(solution.Equilibria.Length == 1 ? "1 equilibrium" : $"{solution.Equilibria.Length} equilibria")}, completeness {solution.Completeness.ToString().ToLowerInvariant()}, certificate {(isChecked ? "holds" : "FAILS")}: {equilibria}.",
        ];
        CheckerEquilibrium watchers = Watchers.For(scenario.Checkers);
        sentences.Add(watchers.CheatProbability < 1
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Watchers paid by finds only, n = {scenario.Checkers}: each looks with {watchers.CheckProbability:0.######}, providers cheat with {watchers.CheatProbability:0.######}, undetected {watchers.UndetectedProbability:0.######}; with one watcher they cheat with {Watchers.For(1).CheatProbability:0.######}.")
            : $"Watchers paid by finds only, n = {scenario.Checkers}: a look costs more than it ever finds, so nobody looks and everybody cheats.");
        ExtensiveGame tree = StrategyColumn.Challenge(scenario).ToTree();
        ImmutableArray<int> plan = BackwardInduction.FindOne(tree);
        string first = tree.ActionsOf(0)[plan[0]];
        sentences.Add($"Optimistic challenge with a watcher who sees everything, by backward induction: the provider plays {first}.");
        foreach (string sentence in sentences)
        {
            report.Page.AddParagraph(sentence);
            Say(text, sentence);
        }

        text.WriteLine();
    }

    private void Draw(ReportWriter report)
    {
        SamplingGame game = Sampling;
        Rational greatestRate = Rational.Min(Rational.One, 3 * Rational.Max(game.LeastAuditProbability ?? game.AuditProbability, game.AuditProbability));
        Rational greatestSlash = 2 * (Rational)scenario.Slash;
        Add("regions", IncentiveFigures.BestResponse(game, greatestSlash, greatestRate));
        PlayedTasks played = new(game, seed, $"scenario {number}");
        Rational[] rates = [.. Enumerable.Range(0, 10).Select(step => greatestRate * step / 9)];
        Add("profit", IncentiveFigures.Profit(game, greatestRate, played.Earned(isHonest: true, rates), played.Earned(isHonest: false, rates)));
        Add("detection", IncentiveFigures.Detection(
            [.. _columns.Where(column => column.Assessment is not null).Select(column => (column.Title, (double)column.Assessment!.DetectionProbability))], 60));
        Add("regimes", IncentiveFigures.Regimes(Focal, greatestRate, 2 * Rational.Max(scenario.Bounty, scenario.HonestCost)));
        if (_columns[0].Model is not null && _columns[0].LeastRate is { IsFeasible: true, Threshold: not null } advice)
        {
            Add("sensitivity", IncentiveFigures.Sensitivity(advice, new Rational(1, 5)));
        }

        Add("finality", IncentiveFigures.Finality([1, 3, 10, 30], 0.1, (double)scenario.Detection, "hours, each watcher looks every ten hours"));
        Populations populations = new(Watchers, seed);
        Add("flow", populations.Flow());
        Add("fan", populations.Fan());
        Add("simplex", Populations.Simplex(scenario));
        ExtensiveGame tree = StrategyColumn.Challenge(scenario).ToTree();
        string title = "Optimistic challenge, payoffs of provider and watcher";
        string[] failing = _columns[3].Check is { IsSecure: false } ? ["cheat", "none", "accept"] : [];
        Add("tree", IncentiveFigures.Tree(tree, title, ["honest", "none", "accept"], failing));

        void Add(string name, Figure figure) => report.Add(string.Create(CultureInfo.InvariantCulture, $"{number}-{name}"), figure);
    }

    private static string Line(string name, IEnumerable<string> cells) => (name.PadRight(NameWidth) + string.Concat(cells.Select(cell => cell.PadRight(CellWidth)))).TrimEnd();

    private static void Say(TextWriter text, string sentence)
    {
        string line = string.Empty;
        foreach (string word in sentence.Split(' '))
        {
            if (line.Length + 1 + word.Length > TextWidth)
            {
                text.WriteLine(line);
                line = "   ";
            }

            line = line.Length == 0 ? word : line + " " + word;
        }

        text.WriteLine(line);
    }
}
