using System.Globalization;
using Verifiable.Inference.Samples.Quickstart;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>The report as text, and whether what was expected came true.</summary>
internal static class TextReport
{
    public static bool Print(Page page, IReadOnlyList<ScenarioResult> results)
    {
        page.Heading("What an inference costs, and how many wrong answers are delivered");
        page.Table(
            ["strategy", "terms", ">computations", ">price", ">final", ">wrong", ">wrong, verified", ">verified"],
            results.Select(static result => new[]
            {
                result.Strategy, Kind(result), Text(result.CostPerInference, "F3"), Text(result.MoneyPerInference, "F1"), Text(result.Final), Text(result.Wrong), Text(result.WrongVerified), Text(result.Verified),
            }));
        page.Line("Computations and price are per task; an honest computation costs its provider 100 units and is paid 120. Cheats have stake without end here: they go on. The unsafe quorum has one seat.");
        page.Heading("What is left of a task, by what a provider does");
        page.Table(
            ["strategy", "terms", .. Roles.Select(static role => ">" + role.ToString().ToLowerInvariant())],
            results.Select(static result => (string[])[result.Strategy, Kind(result), .. Roles.Select(role => Text(result.Of(role).ProfitPerTask, "F1"))]));
        page.Line("Units for each accepted task. What must come true below is said of lazy and colluding providers together: one kind alone rests on few convictions, and its line is luck as well.");
        page.Heading("Time to finality, in seconds");
        page.Table(
            ["strategy", "terms", ">half", ">nine tenths", ">all"],
            results.Select(static result => new[] { result.Strategy, Kind(result), Seconds(result, 50), Seconds(result, 90), Seconds(result, 100) }));
        page.Heading("Came true");
        bool all = true;
        foreach (ScenarioResult result in results)
        {
            double honest = result.Of(Role.Honest).ProfitPerTask;
            all &= Expect(page, result.IsCalledSafe == result.IsSafe, $"{result.Name}: the assessment calls them {(result.IsSafe ? "safe" : "unsafe")}");
            all &= result.IsSafe
                ? Expect(page, result.CheatsProfit < 0, $"{result.Name}: cheating loses money, {Text(result.CheatsProfit, "F1")} a task where honesty earns {Text(honest, "F1")}")
                : Expect(page, result.CheatsProfit > honest, $"{result.Name}: cheating pays, {Text(result.CheatsProfit, "F1")} a task where honesty earns {Text(honest, "F1")}");
            all &= Expect(page, result.Of(Role.Honest).Convicted == 0 && honest > 0, $"{result.Name}: no honest provider lost anything");
            all &= Expect(page, result.Final == result.Tasks, $"{result.Name}: every task came to its end");
        }

        page.Blank();
        foreach (ScenarioResult result in results)
        {
            page.Line($"{result.Name}: ledger {result.LedgerHash}");
        }

        return all;
    }

    public static IReadOnlyList<Role> Roles { get; } = [.. Enum.GetValues<Role>().Where(static role => role != Role.None)];

    private static bool Expect(Page page, bool isTrue, string what)
    {
        page.Line($"  {(isTrue ? "yes" : "NO ")}  {what}", indent: 7);
        return isTrue;
    }

    private static string Kind(ScenarioResult result) => result.IsSafe ? "safe" : "unsafe";

    private static string Seconds(ScenarioResult result, int hundredth) => Text(result.Finality[hundredth] / 1000.0, "F1");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
