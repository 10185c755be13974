using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// ONNX Runtime's GroupQueryAttention: queries and new keys turned by their positions where it asks for it, new keys and values behind the past ones, the product of queries and
/// transposed keys, times the scale, the soft cap, the causal mask, softmax, the product with the values. Groups of queries that share keys are products of stacks. Every
/// sequence of a batch must be as long as the others.
/// </summary>
internal static class GroupQueryDefinition
{
    private const string Microsoft = "com.microsoft";

    internal static ImmutableArray<CompositeDefinition> Definitions { get; } = [new("GroupQueryAttention", 1, Expand, domain: Microsoft)];

    private static void Expand(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(3, 14, 4);
        long heads = binder.RequiredInt("num_heads");
        long keyHeads = binder.RequiredInt("kv_num_heads");
        bool isShared = expansion.Input(3).Length > 0 && expansion.Input(4).Length > 0;
        string? fault = heads < 1 || keyHeads < 1 || heads % keyHeads != 0 ? $"Expected a multiple of {keyHeads} heads of queries, got {heads}."
            : expansion.Input(5).Length == 0 || expansion.Input(6).Length == 0 ? "Expected the lengths of the sequences and the largest of them."
            : isShared != (expansion.Input(3).Length > 0 || expansion.Input(4).Length > 0) ? "Expected past keys and values together."
            : Enumerable.Range(10, 4).Any(binder.Node.HasInput) || binder.Node.HasOutput(3) ? "Expected no attention bias, no sinks, no scales, and no scores as an output."
            : binder.Int("local_window_size", -1) != -1 || binder.Int("smooth_softmax", 0) > 0 || binder.Int("qk_output", 0) != 0 ? "Expected attention to all keys, by the plain softmax."
            : null;
        if (fault is not null)
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, fault);
            return;
        }

        (string query, string key) = Rotate(binder, expansion, heads, keyHeads, isShared);
        query = AttentionParts.SplitHeads(expansion, query, heads);
        key = Present(expansion, key, 1, keyHeads, isShared);
        string value = Present(expansion, expansion.Input(2), 2, keyHeads, isShared);
        string keys = AttentionParts.Permute(expansion, key, 0, 1, 3, 2);
        float asked = binder.Float("scale", 0f);
        string scale = asked == 0f ? AttentionParts.DefaultScale(expansion, query) : expansion.Single(asked);
        bool sharesKeys = heads != keyHeads;
        string scores = expansion.Add("Mul", [AttentionDefinition.Product(expansion, query, keys, query, sharesKeys), expansion.Add("CastLike", [scale, query])]);
        if (binder.Float("softcap", 0f) is var cap && cap != 0f)
        {
            string bound = expansion.SingleLike(cap, scores);
            scores = expansion.Add("Mul", [expansion.Add("Tanh", [expansion.Add("Div", [scores, bound])]), bound]);
        }

        string offset = expansion.Add("Sub", [expansion.Lengths(keys, 3, 4), expansion.Lengths(query, 2, 3)]);
        string lengths = expansion.Add("Add", [expansion.Add("Cast", [expansion.Input(5)], ("to", AttributeValue.Of(7L))), expansion.Integer(1)]);
        string bias = AttentionParts.Bias(
            expansion, query, keys, string.Empty, offset, lengths, ("is_causal", AttributeValue.Of(1)), ("is_whole", AttributeValue.Of(1)));
        string weights = expansion.Add("Softmax", [expansion.Add("Add", [scores, bias])]);
        AttentionParts.JoinHeads(expansion, AttentionDefinition.Product(expansion, weights, value, query, sharesKeys));
    }

    private static string Present(Expansion expansion, string value, int output, long heads, bool hasPast)
    {
        string split = AttentionParts.SplitHeads(expansion, value, heads);
        return hasPast ? expansion.AddNamed(output, "Concat", [expansion.Input(output + 2), split], ("axis", AttributeValue.Of(2)))
            : expansion.Output(output).Length > 0 ? expansion.AddNamed(output, "Identity", [split]) : split;
    }

    private static (string Query, string Key) Rotate(NodeBinder binder, Expansion expansion, long heads, long keyHeads, bool hasPast)
    {
        bool isInterleaved = binder.Flag("rotary_interleaved");
        if (!binder.Flag("do_rotary"))
        {
            return (expansion.Input(0), expansion.Input(1));
        }

        if (expansion.Input(7).Length == 0 || expansion.Input(8).Length == 0)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, "Expected tables of cosines and sines beside 'do_rotary'.");
        }

        // One position stands for the first token, and the others follow it.
        string positions = expansion.Input(9).Length > 0 ? expansion.Input(9) : hasPast ? expansion.Lengths(expansion.Input(3), 2, 3) : expansion.Integers(0);
        string Turn(int input, long count)
        {
            string name = expansion.FreshName();
            expansion.Append(
                Microsoft, "RotaryEmbedding", [expansion.Input(input), positions, expansion.Input(7), expansion.Input(8)], [name],
                ("interleaved", AttributeValue.Of(isInterleaved ? 1 : 0)), ("num_heads", AttributeValue.Of(count)));
            return name;
        }

        return (Turn(0, heads), Turn(1, keyHeads));
    }
}
