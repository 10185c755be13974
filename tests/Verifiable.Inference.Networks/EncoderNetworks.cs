using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Networks;

/// <summary>Encoder transformers of plain ONNX operators, as exporters write them.</summary>
public static class EncoderNetworks
{
    /// <summary>Makes the shape of BERT-base: 12 layers, width 768, 12 heads, 3072 inside, for one sequence of 128 tokens.</summary>
    public static Network BertBase(EncoderStyle style = EncoderStyle.LayerNormalization, ulong seed = 768) =>
        Bert(style == EncoderStyle.LayerNormalization ? "bert-base" : "bert-base-decomposed", style, 12, 768, 12, 3072, 128, 30522, 1, seed);

    /// <summary>Makes a small encoder of the same parts.</summary>
    public static Network BertSmall(EncoderStyle style, ulong seed = 64) => Bert("bert-small-" + style, style, 2, 64, 4, 128, 12, 100, 2, seed);

    /// <summary>Makes a small vision transformer (Dosovitskiy and others, ICLR 2021): patches by a convolution, a class token, normalisation before each part.</summary>
    public static Network VitSmall(ulong seed = 197)
    {
        var builder = new NetworkBuilder(seed);
        const int Width = 48;
        string x = builder.Conv(builder.Image(3, 32), 3, Width, 8, 8, gain: 1, padding: 0);
        x = builder.Node("Transpose", [builder.Node("Reshape", [x, builder.Integers(1, Width, 16)])], ("perm", AttributeValue.Of([0L, 2, 1])));
        string token = builder.Node("Expand", [builder.Uniform(-1, 1, 1, 1, Width), builder.Integers(1, 1, Width)]);
        x = builder.Node("Concat", [token, x], ("axis", AttributeValue.Of(1L)));
        x = builder.Node("Add", [x, builder.Uniform(-0.5f, 0.5f, 1, 17, Width)]);
        var part = new EncoderParts(builder, EncoderStyle.LayerNormalization, Width, 3, 1, 17);
        for (int i = 0; i < 2; i++)
        {
            x = builder.Node("Add", [x, part.Attention(part.Normalize(x), null)]);
            x = builder.Node("Add", [x, part.FeedForward(part.Normalize(x), 96)]);
        }

        x = builder.Node("Gather", [part.Normalize(x), builder.Constant(TensorValue.Create([0L], []))], ("axis", AttributeValue.Of(1L)));
        return builder.Build("vit-small", (builder.Gemm(x, Width, 10), [1, 10]));
    }

    private static Network Bert(string name, EncoderStyle style, int layers, int width, int heads, int inner, int tokens, int words, int batch, ulong seed)
    {
        var builder = new NetworkBuilder(seed, style == EncoderStyle.Decomposed ? 13 : 17);
        string ids = builder.Input("input_ids", builder.Weights.Indices(words, batch, tokens));
        long[] mask = new long[batch * tokens];
        Array.Fill(mask, 1);
        mask.AsSpan(^(tokens / 8)..).Clear();
        string attentionMask = builder.Input("attention_mask", TensorValue.Create(mask, batch, tokens));
        string kinds = builder.Input("token_type_ids", builder.Weights.Indices(2, batch, tokens));
        var part = new EncoderParts(builder, style, width, heads, batch, tokens);
        string x = builder.Node("Add", [builder.Node("Gather", [builder.Uniform(-1, 1, words, width), ids]), builder.Node("Gather", [builder.Uniform(-1, 1, 2, width), kinds])]);
        long[] positions = [.. Enumerable.Range(0, tokens).Select(i => (long)i)];
        x = builder.Node("Add", [x, builder.Node("Gather", [builder.Uniform(-1, 1, 512, width), builder.Constant(TensorValue.Create(positions, 1, tokens))])]);
        x = part.Normalize(x);
        string bias = part.MaskBias(attentionMask);
        for (int i = 0; i < layers; i++)
        {
            x = part.Normalize(builder.Node("Add", [part.Attention(x, bias), x]));
            x = part.Normalize(builder.Node("Add", [part.FeedForward(x, inner), x]));
        }

        string first = builder.Node("Gather", [x, builder.Constant(TensorValue.Create([0L], []))], ("axis", AttributeValue.Of(1L)));
        return builder.Build(name, (x, [batch, tokens, width]), (builder.Node("Tanh", [builder.Gemm(first, width, width)]), [batch, width]));
    }
}
