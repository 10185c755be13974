using System.Globalization;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>A law over the catalog: on random shapes, types and attributes every operator gives what ONNX Runtime gives, but for rounding.</summary>
public sealed class OperatorAgreementTests(Xunit.Abstractions.ITestOutputHelper log)
{
    // More by hand: PEER_CASES=2000 dotnet test …
    private static readonly int _cases = int.Parse(Environment.GetEnvironmentVariable("PEER_CASES") ?? "48", CultureInfo.InvariantCulture);

    // What cannot be compared, and why.
    private static readonly Dictionary<string, string> _apart = new(StringComparer.Ordinal)
    {
        ["Multinomial"] = "draws by chance",
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
        foreach (OperatorDefinition definition in OperatorCatalog.Definitions.Where(definition => OperatorCases.NameOf(definition) == name))
        {
            for (int seed = 0; seed < _cases; seed++)
            {
                OperatorCase sample = OperatorCases.Make(definition, (ulong)((seed * 3 / 2) + 1));
                if (!IsComparable(sample))
                {
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

        log.WriteLine($"{agreed} agree, {refusals.Count} are not taken, {differences.Count} differ");
        foreach (IGrouping<string, string> refusal in refusals.GroupBy(text => text))
        {
            log.WriteLine($"  not taken {refusal.Count()}: {refusal.Key}");
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(5)));
        Assert.True(agreed > 0, "no case was compared");
    }

    // ONNX Runtime 1.30.0 does not come back from a convolution over no channels, keeps axes of length 0 that are to be reduced, and leaves beta out of a product
    // over nothing. And it casts floats beyond an integer's range as the processor happens to, where the standard says nothing.
    private static bool IsComparable(OperatorCase sample) =>
        sample.Inputs.All(input => input is null || input.Length > 0 || input.Shape.Rank == 1) && sample.Inputs[0]?.Length != 0
        && !(sample.Node.OperatorType == "Cast" && ElementTypes.IsFloat(sample.Inputs[0]!.Type) && !ElementTypes.IsFloat((ElementType)sample.Node.GetInt("to", 0)));
}
