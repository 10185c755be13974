using System.Security.Cryptography;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Expansions;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>
/// Traces as a second implementer would compute them, from the pages alone: leaf by leaf those of the engine, and the ones that are written down here as vectors for others.
/// </summary>
public sealed class SecondEngineTests
{
    public static TheoryData<string, string> Traces => new()
    {
        { "attention of the standard, groups of heads", "63a674104c6f89114934a96b05aadade6d5b6fdf6eaf1dd27384d4850c672589" },
        { "attention of the standard, past keys and every output", "9aa1cbcd4b991458db7e69f943b2b38f902c52da7498c5aca256f4b0e50f7581" },
        { "attention of ONNX Runtime", "d49b95008caafc7c9253b3b9f8b0ae4d599f0c90dbdffeb1da0583776232f1cd" },
        { "block of an encoder", "5b1c9bb6e3abe72aaa18a33ba65e2e49dafb4fa273844842c31ae04b0f6c3f37" },
        { "decoder step", "613d926e44eac34d0c1927a02223642f459edd393718d414624fcca37d82b489" },
        { "GRU, backwards", "0420baa084b511ee59244cc022fa7443f1dbb93396e86eb502ba17cc57eec476" },
        { "GRU", "95cdfeb64e52a859cf4706c619534ceaf67f043b44944d61530ccec771945052" },
        { "LSTM, both directions, lengths", "b4f8afca18a8718baa80d88960c8991a87edf3b83cdabd5498f1f2d26c8a2848" },
        { "LSTM, other activations", "f2becd31ea6eb285ad5a32191928018de529eb044817fb9a42a07949da400e52" },
        { "Loop", "ed9461f0ed6595c60613e330ed0b734bdfcfa3ee9d90accf1b079846abeb1d81" },
        { "Loop that is never run", "20a18966b67475c8871b4f3ea65b74117da3abc19961926053a0471be6327d75" },
        { "Loop with a composite operator in it", "4a828b89341c475161dfe63277221c5cfddad88653ebdb753e24b5b8d844592c" },
        { "RNN", "344bd7e4a6e69858ee31bacbd6292596a48723ac48781836a68fc9361fcdf2f6" },
        { "right operand that is an output too", "" },
        { "Scan, backwards, with a Loop with an If", "f82913ea5ed2a977167d9cda08d16fd793bdab25989f40bfeee841c4111dd47d" },
    };

    [Theory]
    [MemberData(nameof(Traces))]
    public async Task The_pages_give_the_trace_of_the_engine(string name, string trace)
    {
        (OnnxModel model, NamedTensors inputs) = SecondEngineModels.All[name]();
        PageEngine second = PageEngine.Run(PageGraph.Of(model), inputs.Select(input => KeyValuePair.Create(input.Key, PlainTensor.Of(input.Value))));
        CanonicalEngine engine = new(model);
        TraceRecorder recorder = new(engine);
        await engine.RunTracedAsync(inputs, new GenerationOptions(0), recorder);
        TraceTree tree = recorder.ToTree();
        Assert.Equal(tree.Leaves.Length, second.Leaves.Count);
        for (int i = 0; i < tree.Leaves.Length; i++)
        {
            Assert.True(tree.Leaves[i].ToBytes().AsSpan().SequenceEqual(second.Leaves[i]), $"Expected the leaves of {engine.Graph.Nodes[i]}, number {i}, to be the same.");
        }

        string actual = Convert.ToHexStringLower(SHA256.HashData(second.Trace));
        Assert.True(trace == actual, $"Expected the trace of '{name}' to be {trace}, got {actual}");
        Assert.Equal(trace, Convert.ToHexStringLower(tree.Commitment.Digest.ToArray()));
    }

    [Fact]
    public void Every_model_has_a_trace_written_down() => Assert.Equal(SecondEngineModels.All.Keys, Traces.Select(row => (string)row[0]).Order(StringComparer.Ordinal));
}
