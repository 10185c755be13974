using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.GameCases;

/// <summary>Answers of many kinds in one object, told apart by their names: correlated equilibria, commitments, allocations of audits, detection without replacement.</summary>
internal sealed class MixedCases : ICaseReader
{
    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (JsonProperty part in document.EnumerateObject())
        {
            IEnumerable<GameCase>? cases = part.Name switch
            {
                "correlated" => CaseValues.Items(part.Value).Select(item => new GameCase($"correlated: {CaseValues.Name(item.Element, item.Number)}", () => Correlated(item.Element))),
                "stackelberg" => CaseValues.Items(part.Value).Select(item => new GameCase($"stackelberg: {CaseValues.Name(item.Element, item.Number)}", () => Stackelberg(item.Element))),
                "audit_allocation" when CaseValues.Has(part.Value, "g", "RplusS") => [new GameCase("audit_allocation", () => Allocation(part.Value))],
                "detection_wo_replacement" when part.Value.ValueKind == JsonValueKind.Object => part.Value.EnumerateObject().Select(item => new GameCase($"detection: {item.Name}", () => Detection(item))),
                _ => null,
            };
            foreach (GameCase found in cases ?? [])
            {
                yield return found;
            }
        }
    }

    private static (GameOutcome Outcome, string Remark) Correlated(JsonElement element)
    {
        BimatrixGame bimatrix = CaseValues.Bimatrix(element);
        NormalFormGame game = bimatrix.ToNormalForm();
        CorrelatedSolution best = CorrelatedEquilibria.Maximize(game)!;
        CorrelatedSolution fair = CorrelatedEquilibria.MaximizeFairly(game)!;
        ImmutableArray<(Rational Row, Rational Column)> nash =
            [.. ExtremeEquilibria.FindAll(bimatrix).Equilibria.Select(profile => (game.ExpectedPayoff(0, profile), game.ExpectedPayoff(1, profile)))];
        Rational least = nash.Min(payoffs => Rational.Abs(payoffs.Row - payoffs.Column));
        ImmutableArray<Rational>? given = element.TryGetProperty("mu", out JsonElement mu) ? Distribution(bimatrix, mu) : null;
        List<string> faults = [];
        Check("ce_social", () => best.Value);
        Check("ce_max_sum", () => best.Value);
        Check("ce_fair", () => fair.Value);
        Check("nash_social", () => nash.Max(payoffs => payoffs.Row + payoffs.Column));
        Check("nash_fair", () => nash.Where(payoffs => Rational.Abs(payoffs.Row - payoffs.Column) == least).Max(payoffs => payoffs.Row + payoffs.Column));
        Check("ce_dist", () => CorrelatedEquilibria.SwapGain(game, given!.Value));
        Check("cce_dist", () => CorrelatedEquilibria.CoarseGain(game, given!.Value));
        CheckRows("ce_social_dist", best.Distribution);
        CheckRows("ce_fair_dist", fair.Distribution);
        if (!CertificateVerifier.Verify(best.ToCertificate()).IsValid || !CertificateVerifier.Verify(fair.ToCertificate()).IsValid)
        {
            faults.Add("a certificate does not hold");
        }

        return CaseValues.Verdict(faults.Count == 0, string.Join("; ", faults));

        void Check(string name, Func<Rational> found)
        {
            if (element.TryGetProperty(name, out JsonElement expected) && CaseValues.Number(expected) != found())
            {
                faults.Add($"{name}: expected {expected}, found {found()}");
            }
        }

        void CheckRows(string name, ImmutableArray<Rational> found)
        {
            if (element.TryGetProperty(name, out JsonElement expected) && !CaseValues.Table(expected).SelectMany(row => row).SequenceEqual(found))
            {
                faults.Add($"{name}: found {string.Join(' ', found)}");
            }
        }
    }

    // {"(row,column)": probability}.
    private static ImmutableArray<Rational> Distribution(BimatrixGame game, JsonElement element)
    {
        var distribution = new Rational[game.Rows * game.Columns];
        foreach (JsonProperty part in element.EnumerateObject())
        {
            int[] cell = [.. part.Name.Trim('(', ')').Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            distribution[(cell[0] * game.Columns) + cell[1]] = CaseValues.Number(part.Value);
        }

        return [.. distribution];
    }

    private static (GameOutcome Outcome, string Remark) Stackelberg(JsonElement element)
    {
        CommitmentSolution found = Commitment.Solve(CaseValues.Bimatrix(element))!;
        bool isRight = (!element.TryGetProperty("value", out JsonElement value) || CaseValues.Number(value) == found.Value)
            && (!element.TryGetProperty("x", out JsonElement mixture) || CaseValues.Row(mixture).SequenceEqual(found.Mixture))
            && CertificateVerifier.Verify(found.ToCertificate()).IsValid;
        return CaseValues.Verdict(isRight, $"found {found.Value} at {string.Join(' ', found.Mixture)}");
    }

    // Budgets are in the names: budget_3_10 is 3/10.
    private static (GameOutcome Outcome, string Remark) Allocation(JsonElement element)
    {
        ImmutableArray<Rational> gains = CaseValues.Row(element.GetProperty("g"));
        ImmutableArray<Rational> losses = CaseValues.Row(element.GetProperty("RplusS"));
        List<string> faults = [];
        if (element.TryGetProperty("full_deterrence", out JsonElement full) && AuditAllocation.Solve(gains, losses, Rational.Zero).FullDeterrence != CaseValues.Number(full))
        {
            faults.Add("full_deterrence");
        }

        foreach (JsonProperty part in element.EnumerateObject().Where(part => part.Name.StartsWith("budget_", StringComparison.Ordinal)))
        {
            string[] words = part.Name.Split('_');
            AuditAllocationSolution found = AuditAllocation.Solve(gains, losses, Rational.Parse(string.Join('/', words[1..])));
            if (found.Worth != CaseValues.Number(part.Value.GetProperty("x")) || !found.Probabilities.SequenceEqual(CaseValues.Row(part.Value.GetProperty("p")))
                || !CertificateVerifier.Verify(found.ToCertificate()).IsValid)
            {
                faults.Add($"{part.Name}: found x={found.Worth}, p={string.Join(' ', found.Probabilities)}");
            }
        }

        return CaseValues.Verdict(faults.Count == 0, string.Join("; ", faults));
    }

    // 1 − C(T−j, m)/C(T, m): the probability that m of T tasks, drawn without replacement, meet one of j bad ones.
    private static (GameOutcome Outcome, string Remark) Detection(JsonProperty part)
    {
        var numbers = part.Name.Split(',').Select(word => word.Split('=')).ToDictionary(pair => pair[0].Trim(), pair => int.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        Rational missed = new(Choose(numbers["T"] - numbers["j"], numbers["m"]), Choose(numbers["T"], numbers["m"]));
        return CaseValues.Verdict(Rational.One - missed == CaseValues.Number(part.Value), $"found {Rational.One - missed}");
    }

    private static BigInteger Choose(int n, int k)
    {
        BigInteger ways = n < k ? BigInteger.Zero : BigInteger.One;
        for (int i = 0; i < k && n >= k; i++)
        {
            ways = ways * (n - i) / (i + 1);
        }

        return ways;
    }
}
