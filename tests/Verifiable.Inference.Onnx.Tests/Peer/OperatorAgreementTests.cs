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
        ["Bernoulli"] = "draws by chance",
        ["Einsum"] = "one of the cases takes the other engine's process down",
        ["Multinomial"] = "draws by chance",
        ["RandomNormal"] = "draws by chance",
        ["RandomNormalLike"] = "draws by chance",
        ["RandomUniform"] = "draws by chance",
        ["RandomUniformLike"] = "draws by chance",
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
    // Its short-time transform of complex numbers takes the window for complex too; it aligns corners to the cut length where the standard's own cases do not; and what it does not
    // sort has no order to compare. Before version 11 an index of OneHot does not count from the end. It pads around an axis once and with what lies in memory after that. And it takes a
    // slice's end of the largest integer for none, also backwards; and NonZero of a scalar has a row where the standard has none. Corners of an
    // axis of one place, which the standard leaves open, are its end.
    private static bool IsComparable(OperatorCase sample) =>
        sample.Inputs.All(input => input is null || input.Length > 0 || input.Shape.Rank == 1) && sample.Inputs[0]?.Length != 0
        && !(sample.Node.OperatorType == "Cast" && ElementTypes.IsFloat(sample.Inputs[0]!.Type) && !ElementTypes.IsFloat((ElementType)sample.Node.GetInt("to", 0)))
        && !(sample.Node.OperatorType == "STFT" && sample.Inputs[0]!.Shape[2] == 2 && sample.Inputs[2] is not null)
        && !(sample.Node.OperatorType == "Resize" && sample.Inputs.Length == 3 && sample.Node.GetText("coordinate_transformation_mode", "") is "align_corners" or "tf_crop_and_resize")
        && !(sample.Node.OperatorType == "OneHot" && sample.Node.OpsetVersion < 11)
        && !(sample.Node.OperatorType == "Pad" && sample.Node.GetText("mode", "") == "wrap")
        && !(sample.Node.OperatorType == "Slice" && sample.Inputs.Length == 5 && sample.Inputs[2]!.AsSpan<long>().IndexOfAny(int.MaxValue, long.MaxValue) >= 0)
        && !(sample.Node.OperatorType == "NonZero" && sample.Inputs[0]!.Shape.Rank == 0)
        && !(sample.Node.OperatorType == "AffineGrid" && sample.Node.GetInt("align_corners", 0) == 1 && sample.Inputs[1]!.AsSpan<long>()[2..].Contains(1))
        && !(sample.Node.OperatorType == "TopK" && sample.Node.GetInt("sorted", 1) == 0);
}
