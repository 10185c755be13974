using System.Globalization;
using System.Text;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>The report as one HTML file that needs no network and no script: charts drawn in it, each with the table of its numbers.</summary>
internal static class HtmlReport
{
    // Okabe and Ito: colours that are told apart with every kind of colour vision.
    private static readonly string[] _colors = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"];

    public static void Write(string path, IReadOnlyList<ScenarioResult> results, SampleSettings settings)
    {
        StringBuilder page = new();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>A market of tasks</title>\n<style>\n")
            .Append("body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\n")
            .Append("h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2.5rem}svg{width:100%;height:auto;display:block}svg text{font:13px system-ui,sans-serif;fill:#1a1a1a}\n")
            .Append("table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}th,td{padding:.25rem .7rem;border-bottom:1px solid #ccc;text-align:right}th:first-child,td:first-child{text-align:left}\n")
            .Append("</style>\n</head>\n<body>\n<h1>A market of tasks</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{results.Sum(static result => result.Tasks):N0} tasks over the digit model in virtual time, seed {settings.Seed}. Twenty providers with equal stakes: 14 honest, 2 lazy (they leave a layer out), 2 colluding (they run the same much smaller model), 1 silent, 1 late. An honest computation costs 100 units and is paid 120. Each strategy runs once on terms that its own assessment calls safe and once on terms that it calls unsafe. The process was killed in the middle of the second scenario, and another one went on from the journal.</p>\n");
        ChosenTerms(page);
        Cost(page, results);
        Wrong(page, results);
        Earned(page, [.. results.Where(static result => result.IsSafe)], "Who earned what on safe terms", $"What the others lose is their stake. Honest providers earn more than the 20 units that an answer leaves them where they also get bounties, compensation and voters' pay; under a quorum one task may hold several seats, each with its slash. Lazy and colluding providers together, with what honest ones are left with beside it: {Cheating(results, isSafe: true)}. The axis is that of a logarithm on both sides of zero.");
        Earned(page, [.. results.Where(static result => !result.IsSafe)], "Who earned what on unsafe terms", $"With too few checks and too small a stake at risk cheating pays, for lazy and colluding providers together: {Cheating(results, isSafe: false)}. One of them alone may have bad luck: a conviction costs as much as eighteen answers bring in, and the table shows how few there were. The axis is as above.");
        Finality(page, results);
        page.Append("</body>\n</html>\n");
        File.WriteAllText(path, page.ToString());
    }

    private static string Cheating(IReadOnlyList<ScenarioResult> results, bool isSafe) => string.Join(
        "; ",
        results.Where(result => result.IsSafe == isSafe)
            .Select(static result => string.Create(CultureInfo.InvariantCulture, $"{result.Strategy} {result.CheatsProfit:F1} a task against {result.Of(Role.Honest).ProfitPerTask:F1}")));

    private static void ChosenTerms(StringBuilder page)
    {
        Section(page, "The terms", "How often an answer is checked, or a unanimous one escalated; what a conviction or silence costs for each seat; and how many seats decide a dispute. An unsafe quorum has one seat, which nobody contradicts.");
        SvgChart.Table(page, ["scenario", "checked or escalated", "slash (units)", "seats", "deciding seats"], Terms.Plans.Select(static plan => plan.Describe()));
    }

    private static void Cost(StringBuilder page, IReadOnlyList<ScenarioResult> results)
    {
        Section(page, "Cost per inference", "Computations that were paid for each task, with retries after silent providers. A quorum of three computes everything three times, and what its cheats contradict is computed nine times more; the others compute once, and check some. The unsafe quorum has one seat.");
        SvgChart.Bars(page, [.. results.Select(static result => (Label(result), result.CostPerInference))], ["computations per task"], index => _colors[results[index].IsSafe ? 0 : 1], ["safe terms", "unsafe terms"], [_colors[0], _colors[1]], "F2");
        SvgChart.Table(page, ["scenario", "computations per task", "price per task (units)", "burnt (units)"], results.Select(static result => new[] { Label(result), Text(result.CostPerInference, "F3"), Text(result.MoneyPerInference, "F1"), Text(result.Burnt, "N0") }));
    }

    private static void Wrong(StringBuilder page, IReadOnlyList<ScenarioResult> results)
    {
        Section(page, "Wrong answers delivered", "Answers of cheats that the requester got. Under sampling and hidden duplication an answer that nobody checked is delivered as unverified; one that is called verified is wrong only where those who checked it cheat alike. A fifth of the answers come from cheats here, which never run out of stake and never learn: sampling and hidden duplication do not filter their answers, they make them expensive for whoever gives them.");
        SvgChart.Bars(page, [.. results.Select(static result => (Label(result), 100.0 * result.Wrong / result.Tasks))], ["wrong answers, % of tasks"], index => _colors[results[index].IsSafe ? 0 : 1], ["safe terms", "unsafe terms"], [_colors[0], _colors[1]], "F1");
        SvgChart.Table(page, ["scenario", "tasks", "wrong", "verified", "wrong and verified"], results.Select(static result => new[] { Label(result), Text(result.Tasks, "N0"), Text(result.Wrong, "N0"), Text(result.Verified, "N0"), Text(result.WrongVerified, "N0") }));
    }

    private static void Earned(StringBuilder page, IReadOnlyList<ScenarioResult> results, string heading, string text)
    {
        Section(page, heading, text);
        SvgChart.SignedLog(
            page,
            [.. results.Select(static result => result.Strategy)],
            [.. TextReport.Roles.Select(static role => role.ToString().ToLowerInvariant())],
            (group, role) => results[group].Of(TextReport.Roles[role]).ProfitPerTask,
            _colors,
            "left of each accepted task, in units");
        SvgChart.Table(
            page,
            ["strategy and role", "providers", "tasks", "convicted or silent", "earned (units)", "computing cost", "left per task"],
            results.SelectMany(static result => result.Earners.Select(earner => new[]
            {
                $"{result.Strategy}, {earner.Role.ToString().ToLowerInvariant()}", Text(earner.Providers, "N0"), Text(earner.Accepted, "N0"), Text(earner.Convicted, "N0"), Text(earner.Earned, "N0"), Text(earner.Cost, "N0"), Text(earner.ProfitPerTask, "F1"),
            })));
    }

    private static void Finality(StringBuilder page, IReadOnlyList<ScenarioResult> results)
    {
        ScenarioResult[] safe = [.. results.Where(static result => result.IsSafe)];
        Section(page, "Time to finality", "The share of tasks that are final after a time, on safe terms. Hidden duplication waits for its rounds and settles everything two minutes after its first envelope: that is what hides which tasks are checked. Ten seconds more are a silent or late provider's. Under a quorum twenty seconds are what a contradiction costs: the second committee is drawn by a beacon's round after everybody of the first was due.");
        SvgChart.Shares(page, [.. safe.Select(static result => result.Strategy)], [.. safe.Select(static result => result.Finality)], _colors);
        SvgChart.Table(
            page,
            ["scenario", "half (s)", "nine tenths (s)", "99 % (s)", "all (s)"],
            results.Select(static result => new[] { Label(result), Seconds(result, 50), Seconds(result, 90), Seconds(result, 99), Seconds(result, 100) }));
    }

    private static void Section(StringBuilder page, string heading, string text) => page.Append(CultureInfo.InvariantCulture, $"<h2>{heading}</h2>\n<p>{text}</p>\n");

    private static string Label(ScenarioResult result) => $"{result.Strategy}, {(result.IsSafe ? "safe" : "unsafe")}";

    private static string Seconds(ScenarioResult result, int hundredth) => Text(result.Finality[hundredth] / 1000.0, "F1");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
