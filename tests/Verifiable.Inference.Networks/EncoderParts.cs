using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Networks;

/// <summary>Writes the parts of an encoder in the manner of an exporter.</summary>
internal sealed class EncoderParts(NetworkBuilder builder, EncoderStyle style, int width, int heads, int batch, int tokens)
{
    private const float Epsilon = 1e-12f;

    internal string Normalize(string x)
    {
        string scale = builder.Uniform(0.8f, 1.2f, width);
        string bias = builder.Uniform(-0.1f, 0.1f, width);
        if (style != EncoderStyle.Decomposed)
        {
            return builder.Node("LayerNormalization", [x, scale, bias], ("axis", AttributeValue.Of(-1L)), ("epsilon", AttributeValue.Of(Epsilon)));
        }

        string centered = builder.Node("Sub", [x, Mean(x)]);
        string variance = Mean(builder.Node("Pow", [centered, builder.Scalar(2)]));
        string deviation = builder.Node("Sqrt", [builder.Node("Add", [variance, builder.Scalar(Epsilon)])]);
        return builder.Node("Add", [builder.Node("Mul", [builder.Node("Div", [centered, deviation]), scale]), bias]);
    }

    /// <summary>Writes what is added to scores: 0 where a token counts, the lowest float where it does not.</summary>
    internal string MaskBias(string mask)
    {
        string spread = builder.Node("Unsqueeze", [builder.Node("Unsqueeze", [mask, builder.Integers(1)]), builder.Integers(2)]);
        string kept = builder.Node("Cast", [spread], ("to", AttributeValue.Of((long)ElementType.Float32)));
        return builder.Node("Mul", [builder.Node("Sub", [builder.Scalar(1), kept]), builder.Scalar(float.MinValue)]);
    }

    internal string Attention(string x, string? bias)
    {
        string queries = Heads(x, builder.Linear(x, width, width, 2), [0, 2, 1, 3]);
        string keys = Heads(x, builder.Linear(x, width, width, 2), [0, 2, 3, 1]);
        string values = Heads(x, builder.Linear(x, width, width), [0, 2, 1, 3]);
        string scores = builder.Node("Div", [builder.Node("MatMul", [queries, keys]), builder.Scalar((float)Math.Sqrt(width / heads))]);
        scores = bias is null ? scores : builder.Node("Add", [scores, bias]);
        string mixed = builder.Node("MatMul", [builder.Node("Softmax", [scores], ("axis", AttributeValue.Of(-1L))), values]);
        mixed = builder.Node("Transpose", [mixed], ("perm", AttributeValue.Of([0L, 2, 1, 3])));
        return builder.Linear(builder.Node("Reshape", [mixed, Lengths(x, width)]), width, width);
    }

    /// <summary>Writes two layers with a GELU of the error function between them.</summary>
    internal string FeedForward(string x, int inner)
    {
        string y = builder.Linear(x, width, inner);
        string error = builder.Node("Erf", [builder.Node("Div", [y, builder.Scalar(1.41421354f)])]);
        y = builder.Node("Mul", [builder.Node("Mul", [y, builder.Node("Add", [error, builder.Scalar(1)])]), builder.Scalar(0.5f)]);
        return builder.Linear(y, inner, width);
    }

    private string Mean(string x) => builder.Node("ReduceMean", [x], ("axes", AttributeValue.Of([-1L])), ("keepdims", AttributeValue.Of(1L)));

    private string Heads(string input, string x, long[] permutation) =>
        builder.Node("Transpose", [builder.Node("Reshape", [x, Lengths(input, heads, width / heads)])], ("perm", AttributeValue.Of(permutation)));

    private string Lengths(string x, params long[] last)
    {
        if (style != EncoderStyle.DynamicShapes)
        {
            return builder.Integers([batch, tokens, .. last]);
        }

        string Axis(long axis)
        {
            string length = builder.Node("Gather", [builder.Node("Shape", [x]), builder.Constant(TensorValue.Create([axis], []))], ("axis", AttributeValue.Of(0L)));
            return builder.Node("Unsqueeze", [length, builder.Integers(0)]);
        }

        return builder.Node("Concat", [Axis(0), Axis(1), .. last.Select(length => builder.Integers(length))], ("axis", AttributeValue.Of(0L)));
    }
}
