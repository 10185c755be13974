using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Generation;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Generation;

public sealed class HostileDecoderTests
{
    private static readonly DecodingOptions _options = new() { MaxNewTokens = 4 };
    private static readonly DecoderOptions _context = new() { ContextLength = 40 };

    [Fact]
    public async Task A_present_that_ends_as_it_must_is_followed_by_whatever_graph_nodes_make_it()
    {
        OnnxModel model = OddDecoder.Make(null, static (builder, past, added) =>
        {
            builder.Node("Concat", [past, added], ["joined"], ("axis", AttributeValue.Of(2L)));
            builder.Node("Identity", ["joined"], ["present.0.key"]);
        });
        GenerationRequest request = new([1, 2, 3], _options.ToGenerationOptions(3));
        Assert.Equal(
            await DecoderLawTests.ToList(DecoderModel.Create(OddDecoder.Make(), _context).GenerateAsync(request)), await DecoderLawTests.ToList(DecoderModel.Create(model, _context).GenerateAsync(request)));
    }

    // Its shape is right; what steps add cannot be told from it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_present_that_does_not_begin_with_the_past_is_no_present(bool isTraced)
    {
        OnnxModel model = OddDecoder.Make(null, static (builder, past, added) => builder.Node("Concat", [added, past], ["present.0.key"], ("axis", AttributeValue.Of(2L))));
        var decoder = DecoderModel.Create(model, _context);
        GenerationRequest request = new([1, 2, 3], _options.ToGenerationOptions(3));
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            if (isTraced)
            {
                await new TracingGenerationEngine(decoder).TraceAsync(request);
            }
            else
            {
                await DecoderLawTests.ToList(decoder.GenerateAsync(request));
            }
        });
        Assert.Contains("present.0.key", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Graph_nodes_that_make_no_sense_are_no_exception()
    {
        Action<OnnxModelBuilder>[] nodes =
        [
            builder => builder.Node("RotaryEmbedding", ["input_ids", "table", "table", "position_ids"], ["odd"]),
            builder => builder.Node("com.microsoft", "RotaryEmbedding", string.Empty, ["table", "position_ids"], ["odd"]),
            builder => builder.Node("RotaryEmbedding", ["table", "table", string.Empty, "position_ids"], ["odd"]),
            builder => builder.Node("Gather", ["table", "position_ids"], ["odd"], ("axis", AttributeValue.Of("first"))),
            builder => builder.Node("Gather", ["table", "input_ids"], ["odd"], ("axis", AttributeValue.Of(1.5f))),
        ];
        foreach (Action<OnnxModelBuilder> node in nodes)
        {
            OnnxModelBuilder builder = new OnnxModelBuilder(23).Opset("com.microsoft", 1);
            builder.Input("input_ids", ElementType.Int64, "batch", "sequence").Input("position_ids", ElementType.Int64, "batch", "sequence");
            builder.Initializer("table", TensorValue.Create(new float[12], 4, 3));
            node(builder);
            builder.Node("Gather", ["table", "input_ids"], ["logits"]);
            builder.Output("logits", ElementType.Float32, "batch", "sequence", 3);
            bool isCreated = DecoderModel.TryCreate(builder.Build(), _context, out DecoderModel? decoder, out ModelRefusal? refusal);
            Assert.True(isCreated ? decoder!.MixesRows is not null : refusal!.Reason != ModelRefusalReason.None);
        }
    }

    // Bytes of a decoder, altered: what can still be read is served or refused.
    [Theory]
    [InlineData(DecoderStyle.Gpt2)]
    [InlineData(DecoderStyle.LlamaMicrosoft)]
    public void No_altered_model_makes_the_decoder_throw(DecoderStyle style)
    {
        byte[] bytes = OnnxWriter.Write(DecoderNetworks.Make(style, new DecoderSizes(1, 8, 2, 2, 8, 5, 8)));
        SeededWeights random = new(11);
        int read = 0;
        for (int i = 0; i < 1500; i++)
        {
            byte[] altered = [.. bytes];
            for (int change = 1 + random.Below(3); change > 0; change--)
            {
                altered[random.Below(altered.Length)] = random.Below(3) == 0 ? (byte)random.Below(256) : (byte)(altered[random.Below(altered.Length)] ^ (1 << random.Below(8)));
            }

            if (OnnxModel.TryRead(altered, out OnnxModel? model, out _))
            {
                read++;
                if (DecoderModel.TryCreate(model, _context, out DecoderModel? decoder, out ModelRefusal? refusal))
                {
                    Assert.InRange(decoder.ContextLength, 2, 40);
                }
                else
                {
                    Assert.NotEqual(ModelRefusalReason.None, refusal.Reason);
                }
            }
        }

        Assert.InRange(read, 100, 1500);
    }

    [Fact]
    public async Task A_stream_that_is_read_again_starts_afresh()
    {
        var decoder = DecoderModel.Create(OddDecoder.Make(), _context);
        IAsyncEnumerable<GeneratedToken> stream = decoder.GenerateAsync(new GenerationRequest([1, 2, 3], _options.ToGenerationOptions(3)));
        List<GeneratedToken> first = await DecoderLawTests.ToList(stream);
        Assert.Equal(4, first.Count);
        Assert.Equal(first, await DecoderLawTests.ToList(stream));
        await using IAsyncEnumerator<GeneratedToken> one = stream.GetAsyncEnumerator();
        await using IAsyncEnumerator<GeneratedToken> other = stream.GetAsyncEnumerator();
        for (int i = 0; i < first.Count; i++)
        {
            Assert.True(await one.MoveNextAsync() && await other.MoveNextAsync());
            Assert.Equal((first[i], first[i]), (one.Current, other.Current));
        }
    }
}
