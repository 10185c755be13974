using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.GameCases;

/// <summary>Small populations with rare mutants: the share of time at each strategy (α-Rank for one population), and single probabilities of fixation.</summary>
internal sealed class PopulationCases : ICaseReader
{
    // Published values are rounded to eight decimals.
    private const double Absolute = 6e-9;

    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        foreach ((string name, JsonElement element) in CaseValues.Parts(document))
        {
            if (CaseValues.Has(element, "payoffs", "m", "alpha", "pi"))
            {
                yield return new GameCase($"{name}: stationary distribution", () => Stationary(element));
            }
            else if (CaseValues.Has(element, "payoffs") && (CaseValues.Has(element, "rho") || CaseValues.Has(element, "fixation")))
            {
                yield return new GameCase($"{name}: fixation", () => Fixation(element));
            }
        }
    }

    private static (GameOutcome Outcome, string Remark) Stationary(JsonElement element)
    {
        ImmutableArray<double> found = AlphaRank.Stationary(Payoffs(element), element.GetProperty("m").GetInt32(), CaseValues.Double(element.GetProperty("alpha")));
        double[] expected = [.. element.GetProperty("pi").EnumerateArray().Select(CaseValues.Double)];
        return CaseValues.Verdict(
            expected.Length == found.Length && expected.Zip(found).All(pair => Math.Abs(pair.First - pair.Second) <= Absolute),
            string.Create(CultureInfo.InvariantCulture, $"found {string.Join(' ', found.Select(share => share.ToString("R", CultureInfo.InvariantCulture)))}"));
    }

    private static (GameOutcome Outcome, string Remark) Fixation(JsonElement element)
    {
        string[] sizes = ["Z", "m", "N", "population"];
        string[] intensities = ["beta", "alpha", "intensity"];
        string? size = sizes.FirstOrDefault(name => CaseValues.Has(element, name));
        string? intensity = intensities.FirstOrDefault(name => CaseValues.Has(element, name));
        if (size is null || intensity is null)
        {
            return (GameOutcome.Unsupported, "no size of the population, or no intensity of selection");
        }

        double found = AlphaRank.Fixation(Payoffs(element), element.GetProperty(size).GetInt32(), CaseValues.Double(element.GetProperty(intensity)));
        double expected = CaseValues.Double(element.GetProperty(CaseValues.Has(element, "rho") ? "rho" : "fixation"));
        return CaseValues.Verdict(CaseValues.IsNear(found, expected, 1e-9), string.Create(CultureInfo.InvariantCulture, $"expected {expected:R}, found {found:R}"));
    }

    // A table, or text: "r=1, t=2: [[r - 1/2, t], [0, r*t]]".
    private static IReadOnlyList<IReadOnlyList<Rational>> Payoffs(JsonElement element)
    {
        JsonElement payoffs = element.GetProperty("payoffs");
        ImmutableArray<ImmutableArray<Rational>> table = payoffs.ValueKind == JsonValueKind.String ? FormulaTable.Read(payoffs.GetString()!) : CaseValues.Table(payoffs);
        return [.. table.Select(row => (IReadOnlyList<Rational>)row)];
    }
}
