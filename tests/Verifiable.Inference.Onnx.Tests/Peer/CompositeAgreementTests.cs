using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>On random cases every operator that is defined by an expansion gives what ONNX Runtime gives, but for rounding.</summary>
public sealed class CompositeAgreementTests(Xunit.Abstractions.ITestOutputHelper log)
{
    public static TheoryData<string> Names => [.. CompositeCases.Names];

    [PeerTheory]
    [MemberData(nameof(Names))]
    public async Task Expansions_agree_with_another_engine(string name)
    {
        List<string> refusals = [];
        List<string> differences = [];
        int agreed = 0;
        foreach (CompositeDefinition definition in OperatorCatalog.Composites.Where(definition => CompositeCases.NameOf(definition) == name))
        {
            for (ulong seed = 0; seed < 60; seed++)
            {
                string? difference = await OperatorAgreement.CompareAsync(CompositeCases.Make(definition, seed), refusals);
                agreed += difference is "" ? 1 : 0;
                differences.AddRange(difference is { Length: > 0 } ? [difference] : []);
            }
        }

        log.WriteLine($"{agreed} agree, {refusals.Count} are not taken, {differences.Count} differ");
        foreach (IGrouping<string, string> refusal in refusals.GroupBy(text => text))
        {
            log.WriteLine($"  not taken {refusal.Count()}: {refusal.Key}");
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(5)));
        Assert.True(agreed > 0, "no case was compared");
    }
}
