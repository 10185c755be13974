using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// ONNX Runtime's Attention and MultiHeadAttention: the product of queries and transposed keys, times the scale, plus the attention bias, plus the mask; softmax;
/// the product with the values: what exporters write with MatMul, Mul, Add, Softmax, MatMul.
/// </summary>
internal static class FusedAttentionDefinitions
{
    internal static ImmutableArray<CompositeDefinition> Definitions { get; } =
    [
        new("Attention", 1, Attention, domain: "com.microsoft"),
        new("MultiHeadAttention", 1, MultiHead, domain: "com.microsoft"),
    ];

    private static void Attention(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(2, 6, 2);
        long heads = Heads(binder);
        ImmutableArray<long> sizes = binder.Ints("qkv_hidden_sizes");
        if (binder.Flag("do_rotary") || binder.Flag("past_present_share_buffer"))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected no rotation and no shared buffer of past keys.");
        }

        binder.Ignore("rotary_embedding_dim");
        if (!sizes.IsDefault && sizes.Length != 3)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected 3 sizes in 'qkv_hidden_sizes', got {sizes.Length}.");
            return;
        }

        string joined = expansion.Add("MatMul", [expansion.Input(0), expansion.Input(1)]);
        joined = expansion.Input(2).Length > 0 ? expansion.Add("Add", [joined, expansion.Input(2)]) : joined;
        (string, AttributeValue) axis = ("axis", AttributeValue.Of(-1));
        string[] parts = sizes.IsDefault
            ? expansion.Add("Split", [joined], 3, axis, ("num_outputs", AttributeValue.Of(3)))
            : expansion.Add("Split", [joined, expansion.Integers([.. sizes])], 3, axis);
        string query = AttentionParts.SplitHeads(expansion, parts[0], heads);
        string key = AttentionParts.SplitHeads(expansion, parts[1], heads);
        string value = AttentionParts.SplitHeads(expansion, parts[2], heads);
        string past = expansion.Input(4);
        if (past.Length > 0)
        {
            key = expansion.Add("Concat", [expansion.Add("Gather", [past, expansion.Integer(0)]), key], ("axis", AttributeValue.Of(2)));
            value = expansion.Add("Concat", [expansion.Add("Gather", [past, expansion.Integer(1)]), value], ("axis", AttributeValue.Of(2)));
        }

        string[] both = expansion.Output(1).Length == 0 ? [] : [expansion.Add("Unsqueeze", [key, expansion.Integers(0)]), expansion.Add("Unsqueeze", [value, expansion.Integers(0)])];
        if (both.Length > 0)
        {
            expansion.AddOutput(1, "Concat", both, ("axis", AttributeValue.Of(0)));
        }

        Core(binder, expansion, (query, AttentionParts.Permute(expansion, key, 0, 1, 3, 2), value), expansion.Input(3), expansion.Input(5));
    }

    private static void MultiHead(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(3, 8, 3);
        long heads = Heads(binder);
        (string query, string key, string value) = (expansion.Input(0), expansion.Input(1), expansion.Input(2));
        if (expansion.Input(3) is { Length: > 0 } bias)
        {
            // The sizes of queries and of keys are the first two parts of the bias.
            string first = expansion.Lengths(query, 2, 3);
            string second = expansion.Add("Add", [first, expansion.Lengths(key, 2, 3)]);
            string end = expansion.Lengths(bias, 0, 1);
            string axis = expansion.Integers(0);
            query = expansion.Add("Add", [query, expansion.Add("Slice", [bias, expansion.Integers(0), first, axis])]);
            key = expansion.Add("Add", [key, expansion.Add("Slice", [bias, first, second, axis])]);
            value = expansion.Add("Add", [value, expansion.Add("Slice", [bias, second, end, axis])]);
        }

        query = AttentionParts.SplitHeads(expansion, query, heads);
        bool hasPast = expansion.Input(6).Length > 0;
        if (hasPast != (expansion.Input(7).Length > 0))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, "Expected past keys and values together.");
            return;
        }

        bool apart = hasPast || expansion.Output(1).Length > 0;
        key = AttentionParts.SplitHeads(expansion, key, heads, !apart);
        value = AttentionParts.SplitHeads(expansion, value, heads);
        if (hasPast)
        {
            key = expansion.AddNamed(1, "Concat", [expansion.Input(6), key], ("axis", AttributeValue.Of(2)));
            value = expansion.AddNamed(2, "Concat", [expansion.Input(7), value], ("axis", AttributeValue.Of(2)));
        }
        else
        {
            expansion.AddOutput(1, "Identity", [key]);
            expansion.AddOutput(2, "Identity", [value]);
        }

        Core(binder, expansion, (query, apart ? AttentionParts.Permute(expansion, key, 0, 1, 3, 2) : key, value), expansion.Input(4), expansion.Input(5));
    }

    private static long Heads(NodeBinder binder)
    {
        long heads = binder.RequiredInt("num_heads");
        if (heads < 1)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected at least one head, got num_heads = {heads}.");
        }

        return Math.Max(heads, 1);
    }

    private static void Core(NodeBinder binder, Expansion expansion, (string Query, string Keys, string Value) parts, string mask, string bias)
    {
        bool causal = binder.Flag("unidirectional");
        float masked = binder.Float("mask_filter_value", -10000f);
        float asked = binder.Float("scale", 0f);
        string scale = asked == 0f ? AttentionParts.DefaultScale(expansion, parts.Query) : expansion.Single(asked);
        string scores = expansion.Add("Mul", [expansion.Add("MatMul", [parts.Query, parts.Keys]), expansion.Add("CastLike", [scale, parts.Query])]);
        scores = bias.Length > 0 ? expansion.InShapeOf(expansion.Add("Add", [scores, bias]), scores) : scores;
        if (causal || mask.Length > 0)
        {
            string offset = causal ? expansion.Add("Sub", [expansion.Lengths(parts.Keys, 3, 4), expansion.Lengths(parts.Query, 2, 3)]) : string.Empty;
            string added = AttentionParts.Bias(
                expansion, parts.Query, parts.Keys, mask, offset, string.Empty,
                ("form", AttributeValue.Of("index")), ("is_causal", AttributeValue.Of(causal ? 1 : 0)), ("masked_value", AttributeValue.Of(masked)));
            scores = expansion.Add("Add", [scores, added]);
        }

        AttentionParts.JoinHeads(expansion, expansion.Add("MatMul", [expansion.Add("Softmax", [scores]), parts.Value]));
    }
}
