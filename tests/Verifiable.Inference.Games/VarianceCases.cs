using System.Globalization;
using System.Text.Json;
using Verifiable.Inference.Simulation.Sweeps;

namespace Verifiable.Inference.GameCases;

/// <summary>Shares of variance of functions with known answers (Ishigami; Sobol's g; products of uniform inputs), estimated over Sobol points and compared to a thousandth.</summary>
internal sealed class VarianceCases : ICaseReader
{
    private const int Samples = 1 << 17;
    private const double Absolute = 1e-3;

    public IEnumerable<GameCase> Read(JsonElement document, string folder)
    {
        foreach ((string group, JsonElement parts) in CaseValues.Parts(document))
        {
            foreach ((string name, JsonElement element) in CaseValues.Parts(parts).Prepend((group, parts)))
            {
                if (CaseValues.Has(element, "S1", "ST"))
                {
                    yield return new GameCase($"{(name == group ? group : $"{group}: {name}")}: shares of variance", () => Run(name, element));
                }
            }
        }
    }

    private static (GameOutcome Outcome, string Remark) Run(string name, JsonElement element)
    {
        if (FunctionOf(element) is not ({ } function, int inputs))
        {
            return (GameOutcome.Unsupported, $"the function '{name}' is none that is known here");
        }

        if (2 * inputs > SobolSequence.GreatestDimension)
        {
            return (GameOutcome.Unsupported, $"{inputs} inputs are more than {SobolSequence.GreatestDimension / 2}");
        }

        SobolIndices found = SobolIndices.Estimate(function, inputs, Samples);
        string[] faults = [.. Compare("S1", found.First), .. Compare("ST", found.Total), .. Compare("S12", found.Pairs)];
        return CaseValues.Verdict(faults.Length == 0, string.Join("; ", faults));

        IEnumerable<string> Compare(string label, IReadOnlyList<double> shares)
        {
            if (!element.TryGetProperty(label, out JsonElement expected))
            {
                yield break;
            }

            // A list may end early: the rest is not said.
            double[] values = expected.ValueKind == JsonValueKind.Array ? [.. expected.EnumerateArray().Select(CaseValues.Double)] : [CaseValues.Double(expected)];
            for (int index = 0; index < values.Length; index++)
            {
                if (index >= shares.Count || !(Math.Abs(values[index] - shares[index]) <= Absolute))
                {
                    yield return string.Create(CultureInfo.InvariantCulture, $"{label}[{index}]: expected {values[index]}, found {(index < shares.Count ? shares[index] : double.NaN)}");
                }
            }
        }
    }

    private static (Func<ReadOnlyMemory<double>, double>? Function, int Inputs) FunctionOf(JsonElement element)
    {
        if (CaseValues.Has(element, "a", "b") && element.GetProperty("a").ValueKind != JsonValueKind.Array)
        {
            (double a, double b) = (CaseValues.Double(element.GetProperty("a")), CaseValues.Double(element.GetProperty("b")));
            return (point =>
            {
                double[] x = [.. point.ToArray().Select(u => Math.PI * ((2 * u) - 1))];
                return Math.Sin(x[0]) + (a * Math.Sin(x[1]) * Math.Sin(x[1])) + (b * Math.Pow(x[2], 4) * Math.Sin(x[0]));
            }, 3);
        }

        if (CaseValues.Has(element, "a") && element.GetProperty("a").ValueKind == JsonValueKind.Array)
        {
            double[] a = [.. element.GetProperty("a").EnumerateArray().Select(CaseValues.Double)];
            return (point => point.ToArray().Zip(a, (u, weight) => (Math.Abs((4 * u) - 2) + weight) / (1 + weight)).Aggregate(1.0, (product, factor) => product * factor), a.Length);
        }

        return CaseValues.Has(element, "f") ? Product(element) : (null, 0);
    }

    // "f": "p*S" with "p": "U(0, 0.2)", and so on.
    private static (Func<ReadOnlyMemory<double>, double>? Function, int Inputs) Product(JsonElement element)
    {
        string[] names = (element.GetProperty("f").GetString() ?? string.Empty).Split('*', StringSplitOptions.TrimEntries);
        List<(double Least, double Greatest)> ranges = [];
        foreach (string name in names)
        {
            string text = element.TryGetProperty(name, out JsonElement range) && range.ValueKind == JsonValueKind.String ? range.GetString()! : string.Empty;
            string[] ends = text.StartsWith("U(", StringComparison.Ordinal) && text.EndsWith(')') ? text[2..^1].Split(',') : [];
            if (ends.Length != 2 || !double.TryParse(ends[0], CultureInfo.InvariantCulture, out double least) || !double.TryParse(ends[1], CultureInfo.InvariantCulture, out double greatest))
            {
                return (null, 0);
            }

            ranges.Add((least, greatest));
        }

        return (point => point.ToArray().Zip(ranges, (u, range) => range.Least + (u * (range.Greatest - range.Least))).Aggregate(1.0, (product, factor) => product * factor), ranges.Count);
    }
}
