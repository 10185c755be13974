using System.Text.Json;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.GameCases;

/// <summary>
/// Recursive inspection games (Dresher 1962; Maschler 1966): m inspections for n periods, one violation at most. Each period is a 2 × 2 game whose continuation is the game with a period less.
/// </summary>
internal sealed class InspectionCases : ICaseReader
{
    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        var known = new Dictionary<(int Periods, int Inspections), (Rational Value, Rational InspectNow)>();
        foreach ((JsonElement element, _) in CaseValues.Items(document))
        {
            if (CaseValues.Has(element, "n", "m", "value", "inspect_now"))
            {
                yield return new GameCase($"n={element.GetProperty("n")} m={element.GetProperty("m")}", () => Run(element, known));
            }
        }
    }

    private static (GameOutcome Outcome, string Remark) Run(JsonElement element, Dictionary<(int Periods, int Inspections), (Rational Value, Rational InspectNow)> known)
    {
        (Rational value, Rational inspect) = Solve(element.GetProperty("n").GetInt32(), element.GetProperty("m").GetInt32(), known);
        return CaseValues.Verdict(
            value == CaseValues.Number(element.GetProperty("value")) && inspect == CaseValues.Number(element.GetProperty("inspect_now")), $"found {value} and {inspect}");
    }

    private static (Rational Value, Rational InspectNow) Solve(int periods, int inspections, Dictionary<(int Periods, int Inspections), (Rational Value, Rational InspectNow)> known)
    {
        if (inspections == 0)
        {
            return (periods == 0 ? Rational.Zero : -Rational.One, Rational.Zero);
        }

        if (periods == 0)
        {
            return (Rational.Zero, Rational.Zero);
        }

        if (known.TryGetValue((periods, inspections), out (Rational Value, Rational InspectNow) solved))
        {
            return solved;
        }

        Rational[] rows =
        [
            Rational.One, Solve(periods - 1, inspections - 1, known).Value,
            -Rational.One, Solve(periods - 1, inspections, known).Value,
        ];
        ZeroSumSolution solution = ZeroSum.Solve(new BimatrixGame(2, 2, [.. rows], [.. rows.Select(payoff => -payoff)]))!;
        return known[(periods, inspections)] = (solution.Value, solution.Profile[0][0]);
    }
}
