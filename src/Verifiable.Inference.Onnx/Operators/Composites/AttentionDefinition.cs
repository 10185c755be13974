using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// The standard's Attention: queries and keys times √scale, their product, the soft cap, the mask, softmax, the product with the values. Groups of queries that share
/// keys are products of stacks. A query without any key gives zeros.
/// </summary>
internal static class AttentionDefinition
{
    internal static ImmutableArray<CompositeDefinition> Definitions { get; } =
    [
        new("Attention", 23, (binder, expansion) => Expand(binder, expansion, 6), 23),
        new("Attention", 24, (binder, expansion) => Expand(binder, expansion, 7)),
    ];

    private static void Expand(NodeBinder binder, Expansion expansion, int mostInputs)
    {
        binder.Arity(3, mostInputs, 4);
        (long queryHeads, long keyHeads) = (binder.Int("q_num_heads", 0), binder.Int("kv_num_heads", 0));
        bool hasPast = expansion.Input(4).Length > 0;
        long mode = binder.Int("qk_matmul_output_mode", 0);
        RequireNoWindow(binder);
        string? fault = queryHeads < 0 || keyHeads < 0 || (queryHeads == 0) != (keyHeads == 0) ? $"Expected numbers of heads of queries and of keys, got {queryHeads} and {keyHeads}."
            : keyHeads > 0 && queryHeads % keyHeads != 0 ? $"Expected a multiple of {keyHeads} heads of queries, got {queryHeads}."
            : hasPast != (expansion.Input(5).Length > 0) ? "Expected past keys and values together."
            : hasPast && expansion.Input(6).Length > 0 ? "Expected either past keys or numbers of keys that count."
            : mode is < 0 or > 3 ? $"Expected 0 to 3 for 'qk_matmul_output_mode', got {mode}." : null;
        if (fault is not null)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, fault);
            return;
        }

        string query = queryHeads > 0 ? AttentionParts.SplitHeads(expansion, expansion.Input(0), queryHeads) : expansion.Input(0);
        string key = Present(expansion, expansion.Input(1), expansion.Input(4), 1, keyHeads);
        string value = Present(expansion, expansion.Input(2), expansion.Input(5), 2, keyHeads);
        string keys = AttentionParts.Permute(expansion, key, 0, 1, 3, 2);
        string scale = binder.Node.KindOf("scale") == AttributeKind.None ? AttentionParts.DefaultScale(expansion, query) : expansion.Single(binder.Float("scale", 1f));
        string root = expansion.Add("CastLike", [expansion.Add("Sqrt", [scale]), query]);
        bool sharesKeys = queryHeads != keyHeads || queryHeads == 0;
        string scaled = expansion.Add("Mul", [query, root]);
        string scores = Product(expansion, scaled, expansion.Add("Mul", [keys, root]), scaled, sharesKeys);
        string shown = scores;
        if (binder.Float("softcap", 0f) is var cap && cap != 0f)
        {
            string bound = expansion.SingleLike(cap, scores);
            scores = expansion.Add("Mul", [expansion.Add("Tanh", [expansion.Add("Div", [scores, bound])]), bound]);
        }

        shown = mode == 1 ? scores : shown;
        string bias = Bias(binder, expansion, query, keys, hasPast);
        scores = bias.Length > 0 ? expansion.Add("Add", [scores, bias]) : scores;
        shown = mode == 2 ? scores : shown;
        string weights = Weights(binder, expansion, scores, bias);
        shown = mode == 3 ? weights : shown;
        string result = Product(expansion, weights, value, query, sharesKeys);
        if (queryHeads > 0)
        {
            AttentionParts.JoinHeads(expansion, result);
        }
        else
        {
            expansion.AddOutput(0, "Identity", [result]);
        }

        expansion.AddOutput(3, "Identity", [shown]);
    }

    // Windows came with version 25; everything else meant the same before. A negative width is no bound.
    private static void RequireNoWindow(NodeBinder binder)
    {
        foreach (string name in binder.Opset >= 25 ? ["left_window_size", "right_window_size"] : Array.Empty<string>())
        {
            if (binder.Int(name, -1) is not -1 and var width)
            {
                binder.Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected attention without a window, got '{name}' = {width}.");
            }
        }
    }

    private static string Present(Expansion expansion, string value, string past, int output, long heads)
    {
        string split = heads > 0 ? AttentionParts.SplitHeads(expansion, value, heads) : value;
        return past.Length > 0 ? expansion.AddNamed(output, "Concat", [past, split], ("axis", AttributeValue.Of(2)))
            : expansion.Output(output).Length > 0 ? expansion.AddNamed(output, "Identity", [split]) : split;
    }

    // The product of (batch, heads, …) with (batch, fewer heads, …): groups of heads of the left side meet one of the right.
    internal static string Product(Expansion expansion, string left, string right, string query, bool sharesKeys)
    {
        if (!sharesKeys)
        {
            return expansion.Add("MatMul", [left, right]);
        }

        string heads = expansion.Lengths(right, 1, 2);
        string groups = expansion.Add("Div", [expansion.Lengths(query, 1, 2), heads]);
        (string, AttributeValue) axis = ("axis", AttributeValue.Of(0));
        (string, AttributeValue) literal = ("allowzero", AttributeValue.Of(1));
        string apart = expansion.Add("Concat", [expansion.Lengths(left, 0, 1), heads, groups, expansion.Lengths(left, 2, 4)], axis);
        string product = expansion.Add("MatMul", [expansion.Add("Reshape", [left, apart], literal), expansion.Add("Unsqueeze", [right, expansion.Integers(2)])]);
        string together = expansion.Add("Concat", [expansion.Lengths(left, 0, 3), expansion.Lengths(right, 3, 4)], axis);
        return expansion.Add("Reshape", [product, together], literal);
    }

    private static string Bias(NodeBinder binder, Expansion expansion, string query, string keys, bool hasPast)
    {
        bool causal = binder.Flag("is_causal");
        (string mask, string lengths) = (expansion.Input(3), expansion.Input(6));
        if (!causal && mask.Length == 0 && lengths.Length == 0)
        {
            return string.Empty;
        }

        string offset = !causal ? string.Empty
            : hasPast ? expansion.Lengths(expansion.Input(4), 2, 3)
            : lengths.Length > 0 ? expansion.Add("Sub", [lengths, expansion.Lengths(query, 2, 3)]) : string.Empty;
        return AttentionParts.Bias(expansion, query, keys, mask, offset, lengths, ("is_causal", AttributeValue.Of(causal ? 1 : 0)));
    }

    private static string Weights(NodeBinder binder, Expansion expansion, string scores, string bias)
    {
        long precision = binder.Int("softmax_precision", 0);
        if (precision is not (0 or 1 or 10 or 11 or 16))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a float type for 'softmax_precision', got {precision}.");
        }

        string weights = expansion.Add("Softmax", [precision == 0 ? scores : expansion.Add("Cast", [scores], ("to", AttributeValue.Of(precision)))]);
        weights = precision == 0 ? weights : expansion.Add("CastLike", [weights, scores]);
        if (bias.Length == 0)
        {
            return weights;
        }

        // A query that may look at no key.
        string largest = expansion.Add("ReduceMax", [bias, expansion.Integers(-1)]);
        string none = expansion.Add("Equal", [largest, expansion.SingleLike(float.NegativeInfinity, bias)]);
        return expansion.Add("Where", [none, expansion.SingleLike(0f, scores), weights]);
    }
}
