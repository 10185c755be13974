using System.Text.Json;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.PublishedGames;

namespace Verifiable.Inference.GameCases;

/// <summary>Kuhn's poker: its value by the sequence form, and how far uniform play and folding are from an equilibrium.</summary>
internal sealed class SequenceFormCases : ICaseReader
{
    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        if (!CaseValues.Has(document, "kuhn"))
        {
            yield break;
        }

        JsonElement known = document.GetProperty("kuhn");
        ExtensiveGame game = KuhnPoker.Build();
        if (CaseValues.Has(known, "value_p1"))
        {
            yield return new GameCase("kuhn: value", () =>
            {
                (Rational value, BehaviorProfile profile) = SequenceForm.Solve(game)!.Value;
                return CaseValues.Verdict(value == CaseValues.Number(known.GetProperty("value_p1")) && game.Regret(profile).IsZero, $"found {value}");
            });
        }

        if (CaseValues.Has(known, "nashconv_uniform"))
        {
            yield return new GameCase("kuhn: uniform play", () => Distance(game, BehaviorProfile.Uniform(game), known.GetProperty("nashconv_uniform")));
        }

        if (CaseValues.Has(known, "exploitability_uniform"))
        {
            // Exploitability is the mean over the players of what NashConv sums.
            yield return new GameCase("kuhn: exploitability of uniform play", () => Distance(game, BehaviorProfile.Uniform(game), known.GetProperty("exploitability_uniform"), 2));
        }

        if (CaseValues.Has(known, "nashconv_always_fold"))
        {
            yield return new GameCase("kuhn: always fold", () => Distance(game, BehaviorProfile.Pure(game, new int[game.InformationSets.Length]), known.GetProperty("nashconv_always_fold")));
        }
    }

    // The sum over the players of what a best response gains.
    private static (GameOutcome Outcome, string Remark) Distance(ExtensiveGame game, BehaviorProfile profile, JsonElement expected, int divisor = 1)
    {
        Rational[] own = [.. game.ExpectedPayoffs(profile)];
        Rational found = Enumerable.Range(0, 2).Select(player => game.BestResponse(player, profile).Payoff - own[player]).Aggregate(Rational.Zero, (sum, gain) => sum + gain) / divisor;
        return CaseValues.Verdict(CaseValues.IsNear((double)found, CaseValues.Double(expected), 1e-15), $"found {found}");
    }
}
