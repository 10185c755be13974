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
        && !(sample.Node.OperatorType == "Cast" && ElementTypes.IsFloat(sample.Inputs[0]!.Type) && !ElementTypes.IsFloat((ElementType)sample.Node.GetInt("to", 0)))
        && !(sample.Node.OperatorType == "CastLike" && ElementTypes.IsFloat(sample.Inputs[0]!.Type) && !ElementTypes.IsFloat(sample.Inputs[1]!.Type))
        && IsDefined(sample);

    // What C++ leaves undefined, ONNX Runtime does as the processor happens to, or faults: integers divided by zero, the least one by −1, shifts by the width or more, powers of
    // integers beyond their range. Remainders of integers with fmod go through binary64 there, shrunk integers and binary64 through binary32, and a bound that is NaN cuts nothing.
    private static bool IsDefined(OperatorCase sample)
    {
        bool isInteger = !ElementTypes.IsFloat(sample.Inputs[0]!.Type);
        var right = new TensorInputs([sample.Inputs.ElementAtOrDefault(1)]);
        IEnumerable<ulong> Operands() => Enumerable.Range(0, sample.Inputs[1]!.Length).Select(i => right.ReadBits(0, i));
        return sample.Node.OperatorType switch
        {
            "Clip" => sample.Inputs.Skip(1).All(bound => bound is null || !ElementTypes.IsFloat(bound.Type) || !double.IsNaN(BitConverter.UInt64BitsToDouble(
                Onnx.Arithmetic.ElementConversion.Convert(new TensorInputs([bound]).ReadBits(0, 0), bound.Type, ElementType.Float64)))),
            "Mod" when isInteger && sample.Node.GetInt("fmod", 0) == 1 && ElementTypes.SizeOf(sample.Inputs[0]!.Type) == 8 => false,
            "Shrink" => ElementTypes.SizeOf(sample.Inputs[0]!.Type) < 4 || sample.Inputs[0]!.Type == ElementType.Float32,
            "Div" or "Mod" => !isInteger || Operands().All(bits => bits != 0 && Onnx.Arithmetic.ElementBits.ToInt64(bits, sample.Inputs[1]!.Type) != -1),
            "BitShift" => Operands().All(bits => bits < 8UL * (ulong)ElementTypes.SizeOf(sample.Inputs[0]!.Type)),
            "Pow" => !isInteger,
            _ => true,
        };
    }
}
