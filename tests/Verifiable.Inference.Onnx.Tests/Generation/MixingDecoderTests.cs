using System.Collections.Immutable;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Generation;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Generation;

/// <summary>Models in which the sequences of a batch meet, or chance has a part.</summary>
public sealed class MixingDecoderTests
{
    private static readonly DecodingOptions _options = new() { MaxNewTokens = 12 };
    private static readonly DecoderOptions _context = new() { ContextLength = 40 };

    private static readonly Dictionary<string, Action<OnnxModelBuilder, string, string>> _mixing = new()
    {
        ["DynamicQuantizeLinear"] = (model, from, to) =>
        {
            model.Node("DynamicQuantizeLinear", [from], ["q", "scale", "zero"]);
            model.Node("DequantizeLinear", ["q", "scale", "zero"], [to]);
        },
        ["ReduceMean"] = (model, from, to) =>
        {
            model.Initializer("batch", TensorValue.Create([0L], 1));
            model.Node("ReduceMean", [from, "batch"], ["mean"]);
            model.Node("Sub", [from, "mean"], [to]);
        },
        ["Softmax"] = (model, from, to) => model.Node("Softmax", [from], [to], ("axis", AttributeValue.Of(0L))),
        ["CumSum"] = (model, from, to) =>
        {
            model.Initializer("first", TensorValue.Create([0L], []));
            model.Node("CumSum", [from, "first"], [to]);
        },
        ["Slice"] = (model, from, to) =>
        {
            model.Initializer("zero", TensorValue.Create([0L], 1));
            model.Initializer("one", TensorValue.Create([1L], 1));
            model.Node("Slice", [from, "zero", "one", "zero"], ["first"]);
            model.Node("Add", [from, "first"], [to]);
        },
        ["Gather"] = (model, from, to) =>
        {
            model.Initializer("zeros", TensorValue.Create([0L], 1));
            model.Node("Gather", [from, "zeros"], ["first"], ("axis", AttributeValue.Of(0L)));
            model.Node("Add", [from, "first"], [to]);
        },
        ["Mul"] = (model, from, to) =>
        {
            // By the number of sequences.
            model.Node("Shape", [from], ["shape"], ("end", AttributeValue.Of(1L)));
            model.Node("Cast", ["shape"], ["count"], ("to", AttributeValue.Of((long)ElementType.Float32)));
            model.Node("Mul", [from, "count"], [to]);
        },
        ["MatMul"] = (model, from, to) =>
        {
            // [tokens, 6, batch] times [tokens, batch, 6].
            model.Node("Transpose", [from], ["left"], ("perm", AttributeValue.Of([1L, 2L, 0L])));
            model.Node("Transpose", [from], ["right"], ("perm", AttributeValue.Of([1L, 0L, 2L])));
            model.Node("MatMul", ["left", "right"], ["square"]);
            model.Node("MatMul", ["right", "square"], ["turned"]);
            model.Node("Transpose", ["turned"], [to], ("perm", AttributeValue.Of([1L, 0L, 2L])));
        },
        ["Reshape"] = (model, from, to) =>
        {
            // The sequences of a batch as one long one, which the sum runs along.
            model.Initializer("flat", TensorValue.Create([1L, -1, 6], 3));
            model.Initializer("second", TensorValue.Create([1L], []));
            model.Node("Reshape", [from, "flat"], ["long"]);
            model.Node("CumSum", ["long", "second"], ["sums"]);
            model.Node("Shape", [from], ["shape"]);
            model.Node("Reshape", ["sums", "shape"], [to]);
        },
    };

    public static TheoryData<string> Mixing => [.. _mixing.Keys];

    public static TheoryData<DecoderStyle> Styles => [.. Enum.GetValues<DecoderStyle>().Where(style => style != DecoderStyle.None)];

    public static TheoryData<string> Chance => ["RandomNormalLike", "RandomUniformLike", "Bernoulli"];

    [Theory]
    [MemberData(nameof(Styles))]
    public void Decoders_of_every_style_keep_sequences_apart(DecoderStyle style) => Assert.Null(DecoderModel.Create(DecoderNetworks.Make(style)).MixesRows);

    [Fact]
    public void A_plain_decoder_keeps_sequences_apart() => Assert.Null(DecoderModel.Create(OddDecoder.Make(), _context).MixesRows);

    [Theory]
    [MemberData(nameof(Mixing))]
    public async Task A_decoder_that_mixes_sequences_is_served_one_by_one(string what)
    {
        var decoder = DecoderModel.Create(OddDecoder.Make(_mixing[what]), _context);
        Assert.NotNull(decoder.MixesRows);
        Assert.Equal(what == "Reshape" ? "CumSum" : what, decoder.MixesRows.OperatorType);
        GenerationRequest[] requests = [.. Enumerable.Range(0, 4).Select(i => new GenerationRequest([1 + i, 2 * i, 7], _options.ToGenerationOptions((ulong)i)))];
        ImmutableArray<Continuation> batch = await decoder.GenerateBatchAsync(requests);
        for (int i = 0; i < requests.Length; i++)
        {
            Assert.Equal(batch[i].Tokens, (await DecoderLawTests.ToList(decoder.GenerateAsync(requests[i]))).Select(token => token.Id));
        }
    }

    // What makes it necessary: together their logits are others.
    [Fact]
    public async Task Sequences_that_are_mixed_have_other_logits()
    {
        foreach (Action<OnnxModelBuilder, string, string> middle in _mixing.Values)
        {
            var decoder = DecoderModel.Create(OddDecoder.Make(middle), _context);
            float[] together = (await decoder.Start(2).StepAsync([[1, 2, 3], [9, 8, 10]], null, CancellationToken.None)).ToArray();
            float[] alone = [.. await DecoderLawTests.Step(decoder.Start(1), 1, 2, 3), .. await DecoderLawTests.Step(decoder.Start(1), 9, 8, 10)];
            Assert.NotEqual(alone, together);
        }
    }

    [Theory]
    [MemberData(nameof(Chance))]
    public void A_decoder_that_draws_is_refused_by_name(string operatorType)
    {
        OnnxModel model = OddDecoder.Make((builder, from, to) => builder.Node(string.Empty, operatorType, "dice", [from], [to]));
        Assert.False(DecoderModel.TryCreate(model, _context, out DecoderModel? decoder, out ModelRefusal? refusal));
        Assert.Null(decoder);
        Assert.Equal(ModelRefusalReason.UnsupportedOperator, refusal.Reason);
        Assert.Contains("dice", refusal.ToString(), StringComparison.Ordinal);
        Assert.Contains(operatorType, refusal.ToString(), StringComparison.Ordinal);
    }

    // One claim, one function: with a cache and without are two where tokens are not computed one by one.
    [Fact]
    public void The_id_says_whether_keys_and_values_go_from_step_to_step()
    {
        OnnxModel model = OddDecoder.Make();
        GenerationEngine cached = new(DecoderModel.Create(model, _context));
        GenerationEngine uncached = new(DecoderModel.Create(model, _context with { UsesCache = false }));
        Assert.NotEqual(cached.Description.ModelId, uncached.Description.ModelId);
        OnnxModel without = DecoderNetworks.Make(DecoderStyle.Gpt2WithoutCache);
        Assert.Equal(new GenerationEngine(DecoderModel.Create(without)).Description.ModelId, new GenerationEngine(DecoderModel.Create(without, new DecoderOptions { UsesCache = false })).Description.ModelId);
    }
}
