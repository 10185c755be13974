using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Generation;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Generation;

/// <summary>Decoders of every style: with a cache or without, in one piece or token by token, alone or in a batch, the bits are the same.</summary>
public sealed class DecoderLawTests
{
    private static readonly DecodingOptions _options = new() { Temperature = 1.3, TopK = 30, TopP = 0.97, RepetitionPenalty = 1.05, MaxNewTokens = 24 };

    public static TheoryData<DecoderStyle> Styles => [.. Enum.GetValues<DecoderStyle>().Where(style => style != DecoderStyle.None)];

    public static TheoryData<DecoderStyle> CachedStyles => [.. Enum.GetValues<DecoderStyle>().Where(style => style is not (DecoderStyle.None or DecoderStyle.Gpt2WithoutCache))];

    [Theory]
    [MemberData(nameof(CachedStyles))]
    public async Task Logits_do_not_depend_on_how_the_tokens_came(DecoderStyle style)
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(style));
        int[] tokens = Prompt(40, 1);
        var plain = new DecoderRun(decoder.Engine, decoder.Shape, 1, usesCache: false);
        DecoderRun stepwise = decoder.Start(1);
        for (int i = 0; i < tokens.Length; i++)
        {
            float[] whole = await Step(plain, tokens[i]);
            Assert.Equal(whole, await Step(stepwise, tokens[i]));
            Assert.Contains(whole, logit => logit != 0);
            if (i % 13 == 12)
            {
                DecoderRun pieces = decoder.Start(1);
                int first = 1 + (i / 3);
                _ = await Step(pieces, tokens[..first]);
                Assert.Equal(whole, await Step(pieces, tokens[first..(i + 1)]));
            }
        }
    }

    // Engines take shapes and memory from the plan before; a new engine has none.
    [Theory]
    [MemberData(nameof(Styles))]
    public async Task Plans_of_earlier_lengths_change_no_bit(DecoderStyle style)
    {
        OnnxModel model = DecoderNetworks.Make(style);
        var used = DecoderModel.Create(model);
        int[] tokens = Prompt(60, 2);
        foreach (int length in (int[])[9, 10, 11, 40, 41, 3, 60, 1, 2, 12])
        {
            float[] expected = await Step(DecoderModel.Create(model).Start(1), tokens[..length]);
            Assert.Equal(expected, await Step(used.Start(1), tokens[..length]));
            Assert.Equal(expected, await Step(used.Start(1), tokens[..length]));
        }
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public async Task Every_sequence_of_a_batch_gets_what_it_gets_alone(DecoderStyle style)
    {
        OnnxModel model = DecoderNetworks.Make(style);
        var decoder = DecoderModel.Create(model);
        var uncached = DecoderModel.Create(model, new DecoderOptions { UsesCache = false });
        GenerationRequest[] requests =
        [
            Request(3, 1), Request(7, 2), Request(3, 3), Request(1, 4), Request(7, 5, _options with { MaxNewTokens = 3 }), Request(3, 3) with { Options = _options.ToGenerationOptions(9) },
        ];
        ImmutableArray<Continuation> batch = await decoder.GenerateBatchAsync(requests);
        for (int i = 0; i < requests.Length; i++)
        {
            GeneratedToken[] alone = [.. await ToList(decoder.GenerateAsync(requests[i]))];
            Assert.Equal(batch[i].Tokens, alone.Select(token => token.Id));
            Assert.Equal(batch[i].Stop, alone[^1].Stop);
            Assert.Equal(Enumerable.Range(requests[i].Prompt.Length, alone.Length), alone.Select(token => token.Position));
            Assert.All(alone[..^1], token => Assert.Equal(StopReason.None, token.Stop));
            Assert.Equal(alone, await ToList(uncached.GenerateAsync(requests[i])));
        }

        Assert.True(batch.Select(continuation => string.Join(' ', continuation.Tokens)).Distinct().Count() == requests.Length, "the samples are all alike");
    }

    // Sums have lanes and products have blocks: lengths before, at and behind their ends, and head sizes and widths that do not fill them.
    [Theory]
    [MemberData(nameof(CachedStyles))]
    public async Task Logits_have_the_same_bits_in_every_batch_with_any_threads_and_without_a_cache(DecoderStyle style)
    {
        DecoderSizes sizes = new(2, 60, 6, 2, 70, 83, 300);
        OnnxModel model = DecoderNetworks.Make(style, sizes);
        DecoderModel[] decoders = [.. ((int[])[1, 2]).Select(threads => DecoderModel.Create(model, new DecoderOptions { Engine = new CanonicalEngineOptions { Threads = threads } }))];
        SeededWeights random = new(9);
        foreach (int length in (int[])[1, 2, 16, 17, 33, 65, 129, 257])
        {
            int[][] rows = [.. Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, length + 2).Select(_ => random.Below(sizes.Vocabulary)).ToArray())];
            float[][] expected = [.. await Task.WhenAll(rows.Select(async row => await Step(new DecoderRun(decoders[0].Engine, decoders[0].Shape, 1, usesCache: false), row)))];
            Assert.All(expected, logits => Assert.DoesNotContain(logits, float.IsNaN));
            foreach (DecoderModel decoder in decoders)
            {
                for (int batch = 1; batch <= rows.Length; batch += length > 64 ? 2 : 1)
                {
                    DecoderRun run = decoder.Start(batch);
                    _ = await run.StepAsync([.. rows[..batch].Select(row => row[..length])], null, CancellationToken.None);
                    _ = await run.StepAsync([.. rows[..batch].Select(row => row[length..^1])], null, CancellationToken.None);
                    ReadOnlyMemory<float> logits = await run.StepAsync([.. rows[..batch].Select(row => row[^1..])], null, CancellationToken.None);
                    AssertBits(expected[..batch].SelectMany(static row => row), logits.Span);
                    if (length < 64)
                    {
                        logits = await new DecoderRun(decoder.Engine, decoder.Shape, batch, usesCache: false).StepAsync(rows[..batch], null, CancellationToken.None);
                        AssertBits(expected[..batch].SelectMany(static row => row), logits.Span);
                    }
                }
            }
        }
    }

    private static void AssertBits(IEnumerable<float> expected, ReadOnlySpan<float> actual) =>
        Assert.Equal(expected.Select(BitConverter.SingleToUInt32Bits), actual.ToArray().Select(BitConverter.SingleToUInt32Bits));

    // The draws depend on the place in the sequence and not on where the prompt ends.
    [Fact]
    public async Task A_generation_in_two_parts_is_the_whole_one()
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2));
        GenerationRequest request = Request(5, 6);
        Continuation whole = (await decoder.GenerateBatchAsync([request]))[0];
        Continuation rest = (await decoder.GenerateBatchAsync([request with { Prompt = [.. request.Prompt, .. whole.Tokens[..10]] }]))[0];
        Assert.Equal(whole.Tokens.Skip(10), rest.Tokens.Take(whole.Tokens.Length - 10));
    }

    [Fact]
    public async Task Threads_change_nothing()
    {
        OnnxModel model = DecoderNetworks.Make(DecoderStyle.LlamaAttention);
        ImmutableArray<Continuation> one = await DecoderModel.Create(model).GenerateBatchAsync([Request(9, 1)]);
        ImmutableArray<Continuation> three = await DecoderModel.Create(model, new DecoderOptions { Engine = new CanonicalEngineOptions { Threads = 3 } }).GenerateBatchAsync([Request(9, 1)]);
        Assert.Equal(one[0].Tokens.AsEnumerable(), three[0].Tokens);
    }

    [Fact]
    public async Task The_context_is_never_passed()
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2), new DecoderOptions { ContextLength = 20 });
        Assert.Equal(20, decoder.ContextLength);
        Continuation continuation = (await decoder.GenerateBatchAsync([Request(8, 1)]))[0];
        Assert.Equal((12, StopReason.ContextLimit), (continuation.Tokens.Length, continuation.Stop));
        Assert.Equal(96, DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2)).ContextLength);
        Assert.Equal(96, DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.LlamaAttention)).ContextLength);
        Assert.Equal(96, DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2), new DecoderOptions { ContextLength = 1000 }).ContextLength);
        Continuation longest = (await decoder.GenerateBatchAsync([Request(19, 1)]))[0];
        Assert.Single(longest.Tokens);
    }

    [Fact]
    public void What_is_wrong_with_a_request_is_said_in_one_message()
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2));
        GenerationOptions wrong = new(1, ImmutableSortedDictionary<string, string>.Empty.Add("top-k", "x").Add("who", "knows"));
        string message = Assert.Throws<ArgumentException>(() => decoder.GenerateAsync(new GenerationRequest([3, 67], wrong))).Message;
        Assert.Contains("below 67, got 67", message, StringComparison.Ordinal);
        Assert.Contains("'top-k'", message, StringComparison.Ordinal);
        Assert.Contains("'who'", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => decoder.GenerateAsync(new GenerationRequest([-1], _options.ToGenerationOptions(1))));
        Assert.Throws<ArgumentException>(() => decoder.GenerateAsync(new GenerationRequest([], _options.ToGenerationOptions(1))));
        Assert.Throws<ArgumentException>(() => decoder.GenerateAsync(Request(96, 1)));
        Assert.Throws<ArgumentException>(() => decoder.GenerateAsync(Request(3, 1, _options with { StopTexts = ["a"] })));
        Assert.Throws<ArgumentException>(() => DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2), new DecoderOptions { ContextLength = 1 }));
    }

    [Fact]
    public async Task A_cancelled_generation_ends_within_the_step()
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2));
        using CancellationTokenSource stop = new();
        int seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (GeneratedToken token in decoder.GenerateAsync(Request(5, 1), null, stop.Token))
            {
                seen++;
                if (seen == 3)
                {
                    await stop.CancelAsync();
                }
            }
        });
        Assert.Equal(3, seen);
    }

    [Fact]
    public async Task A_cache_of_the_wrong_shape_is_refused()
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2));
        NamedTensors Inputs(params long[] past) => new(
            new[] { "input_ids", "position_ids", "attention_mask" }.Select(name => KeyValuePair.Create(name, TensorValue.Create<long>([1], 1, 1)))
                .Concat(decoder.Shape.Caches.Select((cache, i) => KeyValuePair.Create(cache.Past, TensorValue.Create(new float[i == 1 ? past.Aggregate(1L, (a, b) => a * b) : 0], i == 1 ? past : [1, 4, 0, 8])))));
        await decoder.Engine.RunAsync(Inputs(1, 4, 0, 8), new GenerationOptions(0));
        foreach (long[] wrong in (long[][])[[1, 4, 0, 7], [1, 3, 0, 8], [2, 4, 0, 8], [1, 4, 1, 8], [1, 4, 8]])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await decoder.Engine.RunAsync(Inputs(wrong), new GenerationOptions(0)));
        }
    }

    // GroupQueryAttention takes lengths by sequence; ours are all the same.
    [Fact]
    public async Task Sequences_of_several_lengths_in_one_run_are_refused()
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.LlamaMicrosoft));
        NamedTensors Inputs(long last) => new(decoder.Shape.Caches.Select(cache => KeyValuePair.Create(cache.Past, cache.Empty(2)))
            .Append(KeyValuePair.Create("input_ids", TensorValue.Create<long>([1, 2, 3, 4], 2, 2)))
            .Append(KeyValuePair.Create("position_ids", TensorValue.Create<long>([0, 1, 0, 1], 2, 2)))
            .Append(KeyValuePair.Create("attention_mask", TensorValue.Create<long>([1, 1, 1, last], 2, 2))));
        await decoder.Engine.RunAsync(Inputs(1), new GenerationOptions(0));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await decoder.Engine.RunAsync(Inputs(0), new GenerationOptions(0)));
    }

    [Theory]
    [InlineData("tokens")]
    [InlineData("input")]
    [InlineData("present")]
    [InlineData("vocabulary")]
    [InlineData("table")]
    public void A_model_that_is_no_decoder_is_refused(string what)
    {
        OnnxModelBuilder builder = new();
        builder.Input(what == "tokens" ? "ids" : "input_ids", ElementType.Int64, "batch", "sequence");
        if (what == "input")
        {
            builder.Input("pixel_values", ElementType.Float32, "batch", "sequence");
        }

        if (what == "present")
        {
            builder.Input("past_key_values.0.key", ElementType.Float32, "batch", 2, "past", 4);
        }

        builder.Initializer("table", TensorValue.Create(new float[12], 4, 3));
        builder.Node("Gather", ["table", what == "tokens" ? "ids" : "input_ids"], [what == "vocabulary" ? "scores" : "logits"]);
        builder.Output(what == "vocabulary" ? "scores" : "logits", ElementType.Float32, "batch", "sequence", what == "table" ? 5 : 3);
        Assert.False(DecoderModel.TryCreate(builder.Build(), new DecoderOptions { ContextLength = 9 }, out DecoderModel? decoder, out ModelRefusal? refusal));
        Assert.Null(decoder);
        Assert.NotEqual(ModelRefusalReason.None, refusal.Reason);
    }

    internal static GenerationRequest Request(int length, ulong seed, DecodingOptions? options = null) => new([.. Prompt(length, seed)], (options ?? _options).ToGenerationOptions(seed));

    internal static int[] Prompt(int length, ulong seed)
    {
        SeededWeights random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Below(DecoderSizes.Small.Vocabulary))];
    }

    internal static async Task<float[]> Step(DecoderRun run, params int[] tokens) => (await run.StepAsync([tokens], null, CancellationToken.None)).ToArray();

    internal static async Task<List<GeneratedToken>> ToList(IAsyncEnumerable<GeneratedToken> tokens)
    {
        List<GeneratedToken> list = [];
        await foreach (GeneratedToken token in tokens)
        {
            list.Add(token);
        }

        return list;
    }
}
