using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Onnx.Tests.Operators;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>On random cases every operator that is defined by an expansion gives what ONNX Runtime gives, but for rounding.</summary>
public sealed class CompositeAgreementTests(Xunit.Abstractions.ITestOutputHelper log)
{
    // The other engine cuts the quantised number off where QuantizeLinear rounds it: one step less, about every second time.
    private const string CutsOff = "com.microsoft:QLinearSoftmax";

    public static TheoryData<string> Names => [.. CompositeCases.Names.Where(name => name != CutsOff)];

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

    // The shapes that CompositeTests.No_summand_enlarges_an_output refuses.
    [PeerTheory]
    [InlineData("com.microsoft:MultiHeadAttention", 5)]
    [InlineData("com.microsoft:EmbedLayerNormalization", 3)]
    public void Summands_that_would_enlarge_an_output_are_refused_there_too(string name, int summand)
    {
        int tried = 0;
        foreach (OperatorCase sample in CompositeTests.Enlarged(name, summand))
        {
            OnnxRuntimeException exception = Assert.Throws<OnnxRuntimeException>(() => RunThere(sample));
            log.WriteLine(exception.Message.ReplaceLineEndings(" "));
            tried++;
        }

        Assert.True(tried > 0, "no case was tried");
    }

    // No definition says so, and whoever gives such a value hardly means it: it is refused here.
    [PeerTheory]
    [InlineData("com.microsoft:SkipLayerNormalization")]
    [InlineData("com.microsoft:SkipSimplifiedLayerNormalization")]
    public void Of_a_skipped_value_of_a_larger_batch_the_first_rows_count_there(string name)
    {
        int tried = 0;
        foreach (OperatorCase sample in CompositeTests.Enlarged(name, 1))
        {
            TensorValue skipped = sample.Inputs[1]!;
            TensorValue?[] cut = [.. sample.Inputs];
            cut[1] = TensorValue.Take(skipped.Type, sample.Inputs[0]!.Shape, skipped.Bytes[..sample.Inputs[0]!.Bytes.Length]);
            Assert.Equal(RunThere(sample with { Inputs = cut }), RunThere(sample));
            tried++;
        }

        Assert.True(tried > 0, "no case was tried");
    }

    private static TensorValue RunThere(OperatorCase sample)
    {
        (OnnxModel model, NamedTensors inputs) = ModelOf(sample);
        using var session = new OnnxRuntimeSession(model.ToBytes(), new OnnxRuntimeOptions { Optimization = OnnxRuntimeOptimization.Disabled });
        return session.Run(inputs)[0].Value;
    }

    private static (OnnxModel Model, NamedTensors Inputs) ModelOf(OperatorCase sample)
    {
        GraphNode node = sample.Node;
        var builder = new OnnxModelBuilder(OperatorCatalog.NewestOpset).Opset(node.Domain, 1);
        List<KeyValuePair<string, TensorValue>> inputs = [];
        for (int i = 0; i < sample.Inputs.Length; i++)
        {
            if (sample.Inputs[i] is TensorValue input)
            {
                builder.Input(node.Inputs[i], input.Type, [.. input.Shape.Lengths.Select(GraphDimension.Of)]);
                inputs.Add(KeyValuePair.Create(node.Inputs[i], input));
            }
        }

        builder.Node(node.Domain, node.OperatorType, node.Name, [.. node.Inputs], [.. node.Outputs], [.. node.Attributes.Select(pair => (pair.Key, pair.Value))]);
        return (builder.Output(node.Outputs[0], ElementType.Float32, "a", "b", "c").Build(), new NamedTensors(inputs));
    }
}
