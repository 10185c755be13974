using System.Globalization;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>A law over the catalog: on random shapes, types and attributes every operator gives what ONNX Runtime gives, but for rounding.</summary>
public sealed class OperatorAgreementTests(Xunit.Abstractions.ITestOutputHelper log)
{
    // More by hand: PEER_CASES=2000 dotnet test …
    private static readonly int _cases = int.Parse(Environment.GetEnvironmentVariable("PEER_CASES") ?? "48", CultureInfo.InvariantCulture);

    // What cannot be compared, and why.
    private static readonly Dictionary<string, string> _apart = new(StringComparer.Ordinal)
    {
        ["Bernoulli"] = "draws by chance",
        ["Einsum"] = "one of the cases takes the other engine's process down",
        ["Multinomial"] = "draws by chance",
        ["RandomNormal"] = "draws by chance",
        ["RandomNormalLike"] = "draws by chance",
        ["RandomUniform"] = "draws by chance",
        ["RandomUniformLike"] = "draws by chance",
        ["com.microsoft:LayerNormalization"] = "ONNX Runtime has it in ONNX's own domain",
        ["com.microsoft:SimplifiedLayerNormalization"] = "ONNX Runtime has it in ONNX's own domain",
        ["verifiable:AttentionBias"] = "an operator of this library",
    };

    public static TheoryData<string> Names => [.. OperatorCases.Names.Where(name => !_apart.ContainsKey(name))];

    [PeerTheory]
    [MemberData(nameof(Names))]
    public async Task Outputs_agree_with_those_of_another_engine(string name)
    {
        List<string> refusals = [];
        List<string> differences = [];
        int agreed = 0;
        int apart = 0;
        foreach (OperatorDefinition definition in OperatorCatalog.Definitions.Where(definition => OperatorCases.NameOf(definition) == name))
        {
            for (int seed = 0; seed < _cases; seed++)
            {
                OperatorCase sample = ComparableCases.Gentle(OperatorCases.Make(definition, (ulong)((seed * 3 / 2) + 1)));
                if (ComparableCases.Reason(sample) is not null)
                {
                    apart++;
                    continue;
                }

                string? difference = await OperatorAgreement.CompareAsync(sample, refusals);
                agreed += difference is "" ? 1 : 0;
                if (difference is { Length: > 0 })
                {
                    differences.Add(difference);
                }
            }
        }

        log.WriteLine($"{agreed} agree, {refusals.Count} are not taken, {apart} are not comparable, {differences.Count} differ");
        foreach (IGrouping<string, string> refusal in refusals.GroupBy(text => text))
        {
            log.WriteLine($"  not taken {refusal.Count()}: {refusal.Key}");
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(5)));
        Assert.True(agreed > 0, "no case was compared");
    }
}
