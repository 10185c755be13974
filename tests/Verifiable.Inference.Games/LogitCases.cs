using System.Globalization;
using System.Text.Json;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.GameCases;

/// <summary>Symmetric logit equilibria of the verifier's dilemma.</summary>
internal sealed class LogitCases : ICaseReader
{
    private const double Relative = 1e-11;

    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        if (!CaseValues.Has(document, "params", "qre"))
        {
            yield break;
        }

        foreach (JsonElement element in document.GetProperty("qre").EnumerateArray())
        {
            yield return new GameCase($"n={element.GetProperty("n")} lambda={element.GetProperty("lam")}", () => Run(document.GetProperty("params"), element));
        }
    }

    private static (GameOutcome Outcome, string Remark) Run(JsonElement parameters, JsonElement element)
    {
        CheckerEquilibrium found = CheckerCases.Game(parameters, element.GetProperty("n").GetInt64()).Logit(CaseValues.Double(element.GetProperty("lam")));
        double cheat = CaseValues.Double(element.GetProperty("cheat"));
        double check = CaseValues.Double(element.GetProperty("check"));
        return CaseValues.Verdict(
            CaseValues.IsNear(found.CheatProbability, cheat, Relative) && CaseValues.IsNear(found.CheckProbability, check, Relative),
            string.Create(CultureInfo.InvariantCulture, $"expected {cheat:R} and {check:R}, found {found.CheatProbability:R} and {found.CheckProbability:R}"));
    }
}
