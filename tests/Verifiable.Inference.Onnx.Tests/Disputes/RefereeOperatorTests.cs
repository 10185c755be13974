using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Disputes;

/// <summary>The referee against the engine's kernels, for every operator of the catalog: a new one is covered by its line in <see cref="OperatorCases"/>.</summary>
/// <remarks><c>DISPUTE_CASES</c> sets the number of cases of an operator (default 3).</remarks>
public sealed class RefereeOperatorTests
{
    private const int Elements = 3;

    private static readonly int _cases = int.Parse(Environment.GetEnvironmentVariable("DISPUTE_CASES") ?? "3", System.Globalization.CultureInfo.InvariantCulture);

    public static TheoryData<int> Definitions => [.. Enumerable.Range(0, OperatorCatalog.Definitions.Length)];

    public static TheoryData<int> Composites => [.. Enumerable.Range(0, OperatorCatalog.Composites.Length)];

    [Theory]
    [MemberData(nameof(Definitions))]
    public void I5_an_element_of_any_operator_is_acquitted_as_it_is_and_convicted_when_a_bit_is_changed(int definition) =>
        Check(seed => OperatorCases.Make(OperatorCatalog.Definitions[definition], seed));

    [Theory]
    [MemberData(nameof(Composites))]
    public void I5_composite_operators_are_disputed_in_their_expansion(int definition) =>
        Check(seed => CompositeCases.Make(OperatorCatalog.Composites[definition], seed));

    private static void Check(Func<ulong, OperatorCase> make)
    {
        int judged = 0;
        for (ulong seed = 0; judged < _cases && seed < 30; seed++)
        {
            OperatorCase sample = make(seed);
            if (!TryMake(sample, seed % 2 == 1, out OnnxModel? model, out NamedTensors? inputs))
            {
                continue;
            }

            if (!CanonicalReferee.TryCreate(model, null, out _, out ModelRefusal? refusal))
            {
                Assert.Contains("runs of their own", refusal.Message, StringComparison.Ordinal);
                judged++;
                continue;
            }

            DisputeScene honest = new(model, inputs, seed: 5);
            CheckRecorded(sample, honest);
            var random = new CaseRandom(seed);
            judged++;
            for (int node = 0; node < honest.Trace.Leaves.Length; node++)
            {
                for (int output = 0; output < honest.Trace.Leaves[node].Outputs.Length; output++)
                {
                    CheckOutput(sample, honest, node, output, random);
                }
            }
        }

        Assert.True(judged > 0, "No case became a model.");
    }

    // What an honest claimant posts is what the engine's own recorder gives: every leaf of it must pass, and be what the rest of these tests take for honest.
    private static void CheckRecorded(OperatorCase sample, DisputeScene honest)
    {
        RepeatedRun run = new(new CanonicalEngine(honest.Model), honest.Inputs, honest.Options);
        TraceTree recorded = run.GetTraceAsync().AsTask().GetAwaiter().GetResult();
        Assert.True(recorded.Commitment == honest.Trace.Commitment, $"{sample}: the engine's trace is another one.");
        Assert.All(recorded.Leaves, leaf => Assert.Equal(RulingReason.WellFormed, honest.Referee.ExamineLeaf(honest.Claim, leaf).Reason));
        Assert.True(new DisputeDefender(honest.Claim, run, DisputeScene.Claimant).CheckAsync().AsTask().GetAwaiter().GetResult(), $"{sample}: the engine's outputs are others.");
    }

    private static void CheckOutput(OperatorCase sample, DisputeScene honest, int node, int output, CaseRandom random)
    {
        if (honest.Trace.Leaves[node].Outputs[output].IsAbsent)
        {
            return;
        }

        TensorValue tensor = honest.Output(node, output);
        RefereeRuling signature = honest.Judge(honest.AccuseSignature(node, output));
        Assert.True(signature.Reason == RulingReason.SignatureAgrees, $"{sample}: {signature}");
        for (int i = 0; i < Math.Min(Elements, tensor.Length); i++)
        {
            int element = i == 0 ? tensor.Length - 1 : random.Next(tensor.Length);
            RefereeRuling right = honest.Judge(honest.Accuse(node, output, element));
            Assert.True(right.Reason == RulingReason.ElementAgrees, $"{sample}, graph node {node}, output {output}, element {element}: {right}");
        }

        if (tensor.Length > 0)
        {
            // The claim says otherwise of one element, and nothing else.
            int element = random.Next(tensor.Length);
            AlteredRun altered = new(honest.Model, honest.Inputs, honest.Options, (k, o, value) => k == node && o == output ? AlteredRun.ChangeElement(value, element) : value, false);
            DisputeScene wrong = new(honest.Model, honest.Inputs, altered, seed: 5);
            RefereeRuling ruling = wrong.Judge(wrong.Accuse(node, output, element));
            Assert.True(ruling.Reason == RulingReason.ElementDiffers, $"{sample}, graph node {node}, output {output}, element {element}: {ruling}");
        }
    }

    // One graph node, with its inputs as the request's or, every other time, but for the first, as weights.
    private static bool TryMake(OperatorCase sample, bool weights, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OnnxModel? model, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NamedTensors? inputs)
    {
        inputs = null;
        var builder = new OnnxModelBuilder(sample.Node.Domain.Length == 0 ? sample.Node.OpsetVersion : OperatorCatalog.NewestOpset);
        builder.Opset(sample.Node.Domain, sample.Node.OpsetVersion);
        var given = new List<KeyValuePair<string, TensorValue>>();
        string[] names = [.. sample.Inputs.Select((input, i) => input is null ? "" : $"x{i}")];
        for (int i = 0; i < names.Length; i++)
        {
            if (sample.Inputs[i] is not { } value)
            {
                continue;
            }

            if (weights && i > 0)
            {
                builder.Initializer(names[i], value);
            }
            else
            {
                builder.Input(names[i], value.Type, [.. value.Shape.Lengths.Select(GraphDimension.Of)]);
                given.Add(KeyValuePair.Create(names[i], value));
            }
        }

        string[] results = [.. sample.Node.Outputs.Select((name, i) => name.Length == 0 ? "" : $"y{i}")];
        builder.Node(sample.Node.Domain, sample.Node.OperatorType, string.Empty, names, results, [.. sample.Node.Attributes.Select(pair => (pair.Key, pair.Value))]);
        builder.Node("Size", [results.First(name => name.Length > 0)], ["size"]).Output("size", ElementType.Int64);
        bool built = builder.TryBuild(out model, out _);
        inputs = built ? new NamedTensors([.. given]) : null;
        return built;
    }
}
