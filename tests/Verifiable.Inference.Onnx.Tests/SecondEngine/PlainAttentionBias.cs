using Verifiable.Inference.Onnx.Tests.Expansions;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>AttentionBias by section 6 of the page of expansions.</summary>
internal static class PlainAttentionBias
{
    internal static PlainTensor Compute(PageNode node, PlainTensor?[] inputs)
    {
        (PlainTensor queries, PlainTensor keys) = (inputs[0]!, inputs[1]!);
        (PlainTensor? mask, PlainTensor? offset, PlainTensor? counts) = (inputs.ElementAtOrDefault(2), inputs.ElementAtOrDefault(3), inputs.ElementAtOrDefault(4));
        (long batch, long s, long t) = (queries.Shape[0], queries.Shape[2], keys.Shape[3]);
        bool isIndex = node.Text("form", "mask") == "index";
        bool isCausal = node.Int("is_causal", 0) == 1;
        long[] shape = [1, 1, 1, t];
        long[] full = mask is null ? [1, 1, 1, 1] : [.. Enumerable.Repeat(1L, 4 - mask.Rank), .. mask.Shape];
        if (mask is not null)
        {
            shape = isIndex ? [batch, 1, mask.Rank > 2 ? s : 1, t] : [.. full[..3], t];
        }

        shape[0] = counts is not null || (offset is not null && offset.Length != 1) ? batch : shape[0];
        shape[2] = isCausal ? s : shape[2];
        return PlainTensor.Of([.. PlainTensor.Numbers(PlainTensor.Count(shape)).Select(i =>
        {
            (long row, long head, long query, long key) = (i / (shape[1] * shape[2] * t), i / (shape[2] * t) % shape[1], i / t % shape[2], i % t);
            if ((isCausal && key > query + Number(offset, row, 0)) || key >= Number(counts, row, t))
            {
                return float.NegativeInfinity;
            }

            return mask is null ? 0f : isIndex ? Counts(mask, batch, s, t, row, query, key) ? 0f : node.Float("masked_value", float.NegativeInfinity) : Masked(mask, full, row, head, query, key);
        })], shape);
    }

    private static long Number(PlainTensor? numbers, long row, long absent) => numbers is null ? absent : numbers.Integers[numbers.Length == 1 ? 0 : row];

    private static float Masked(PlainTensor mask, long[] full, long row, long head, long query, long key)
    {
        if (key >= full[3])
        {
            return float.NegativeInfinity;
        }

        long place = full[0] == 1 ? 0 : row;
        place = (place * full[1]) + (full[1] == 1 ? 0 : head);
        place = (((place * full[2]) + (full[2] == 1 ? 0 : query)) * full[3]) + key;
        return mask.IsFloat ? mask.Floats[place] : mask.Integers[place] != 0 ? 0f : float.NegativeInfinity;
    }

    private static bool Counts(PlainTensor mask, long batch, long s, long t, long row, long query, long key) => mask.Rank switch
    {
        1 => key < mask.Integers[row] && (mask.Length == batch || key >= mask.Integers[batch + row]),
        2 => mask.Integers[(row * t) + key] > 0,
        3 => mask.Integers[(((row * s) + query) * t) + key] > 0,
        _ => mask.Integers[(((row * mask.Shape[2]) + query + t - s) * mask.Shape[3]) + key] > 0,
    };
}
