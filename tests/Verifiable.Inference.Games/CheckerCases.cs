using System.Globalization;
using System.Text.Json;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.GameCases;

/// <summary>Equilibria of the verifier's dilemma with n checkers, by their closed form.</summary>
internal sealed class CheckerCases : ICaseReader
{
    private const double Relative = 1e-13;

    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        foreach ((JsonElement element, int number) in CaseValues.Items(document))
        {
            if (CaseValues.Has(element, "model", "R", "c_honest", "c_cheat", "S", "k", "n"))
            {
                yield return new GameCase($"{element.GetProperty("model")} n={element.GetProperty("n")} R={element.GetProperty("R")}", () => Run(element));
            }
        }
    }

    internal static CheckerGame Game(JsonElement element, long checkers) => new()
    {
        Reward = CaseValues.Double(element.GetProperty("R")),
        HonestCost = CaseValues.Double(element.GetProperty("c_honest")),
        CheatCost = CaseValues.Double(element.GetProperty("c_cheat")),
        Slash = CaseValues.Double(element.GetProperty("S")),
        CheckCost = CaseValues.Double(element.GetProperty("k")),
        Bounty = element.TryGetProperty("B", out JsonElement bounty) ? CaseValues.Double(bounty) : 0,
        Loss = element.TryGetProperty("L", out JsonElement loss) ? CaseValues.Double(loss) : 0,
        Checkers = checkers,
    };

    private static (GameOutcome Outcome, string Remark) Run(JsonElement element)
    {
        CheckerGame game = Game(element, element.GetProperty("n").GetInt64());
        if (game.Validate().FirstOrDefault() is { } fault)
        {
            return (GameOutcome.Failed, fault);
        }

        CheckerEquilibrium found = game.For(game.Checkers);
        (string Name, double Value)[] values =
        [
            ("detect", found.Detection),
            ("sigma", found.CheckProbability),
            ("cheat", found.CheatProbability),
            ("fraud_undetected", found.UndetectedProbability),
            ("expected_checks", found.ExpectedChecks),
        ];
        foreach ((string name, double value) in values)
        {
            if (element.TryGetProperty(name, out JsonElement expected) && expected.ValueKind != JsonValueKind.Null && !CaseValues.IsNear(value, CaseValues.Double(expected), Relative))
            {
                return (GameOutcome.Failed, string.Create(CultureInfo.InvariantCulture, $"{name}: expected {expected}, found {value:R}"));
            }
        }

        bool counts = !element.TryGetProperty("all_NE_count_if_n_small", out JsonElement count) || count.ValueKind != JsonValueKind.Number || game.EquilibriumCount == count.GetInt64();
        return CaseValues.Verdict(counts, "the number of equilibria");
    }
}
