using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Generation;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Peer;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Generation;

/// <summary>Decoders of every style give the logits that ONNX Runtime gives, but for rounding: a prompt, then steps of one token.</summary>
public sealed class DecoderPeerTests(Xunit.Abstractions.ITestOutputHelper log)
{
    public static TheoryData<DecoderStyle> Styles => DecoderLawTests.CachedStyles;

    [PeerTheory]
    [MemberData(nameof(Styles))]
    public async Task Logits_are_those_of_another_engine(DecoderStyle style)
    {
        OnnxModel model = DecoderNetworks.Make(style);
        var decoder = DecoderModel.Create(model);
        DecoderRun run = decoder.Start(1);
        using OnnxRuntimeSession session = new(model.ToBytes(), new OnnxRuntimeOptions());
        NamedTensors caches = new(decoder.Shape.Caches.Select(cache => KeyValuePair.Create(cache.Past, cache.Empty(1))));
        int[] tokens = DecoderLawTests.Prompt(14, 3);
        double worst = 0;
        for (int from = 0; from < tokens.Length;)
        {
            int[] next = from == 0 ? tokens[..9] : [tokens[from]];
            long total = from + next.Length;
            NamedTensors inputs = new(caches.Append(KeyValuePair.Create("input_ids", TensorValue.Create([.. next.Select(token => (long)token)], 1, next.Length)))
                .Append(KeyValuePair.Create("attention_mask", TensorValue.Create([.. Enumerable.Repeat(1L, (int)total)], 1, total)))
                .Append(KeyValuePair.Create("position_ids", TensorValue.Create([.. Enumerable.Range(from, next.Length).Select(place => (long)place)], 1, next.Length))));
            NamedTensors theirs = session.Run(inputs);
            float[] ours = await DecoderLawTests.Step(run, next);
            ReadOnlySpan<float> last = theirs["logits"].AsSpan<float>()[^ours.Length..];
            for (int i = 0; i < ours.Length; i++)
            {
                worst = Math.Max(worst, Math.Abs(ours[i] - last[i]));
            }

            caches = new(decoder.Shape.Caches.Select(cache => KeyValuePair.Create(cache.Past, theirs[cache.Present])));
            from += next.Length;
        }

        log.WriteLine($"{style}: logits differ by at most {worst:E2}");
        Assert.InRange(worst, 0, 2e-4);
    }
}
