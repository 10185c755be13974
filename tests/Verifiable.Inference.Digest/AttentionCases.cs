using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of what attention is made of.</summary>
internal static class AttentionCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All = [("verifiable:AttentionBias", Bias)];

    private static OperatorCase Bias(CaseRandom random, int opset)
    {
        (long batch, long heads, long queries, long keys) = (random.Length(3), random.Length(3), random.Length(5), random.Length(9, true));
        bool causal = random.Coin();
        bool index = random.Coin() && keys >= queries;
        long One(long length) => random.Next(3) == 0 ? 1 : length;
        TensorValue Integers(params long[] lengths)
        {
            long count = new TensorShape(lengths).ElementCount;
            return TensorValue.Create([.. Enumerable.Range(0, (int)count).Select(_ => lengths.Length == 1 ? random.Next((int)keys + 2) : random.Next(2))], lengths);
        }

        TensorValue? mask = null;
        if (index)
        {
            long[][] forms = [[batch], [2 * batch], [batch, keys], [batch, queries, keys], [batch, 1, keys + 1, keys + 2]];
            mask = Integers(forms[random.Next(forms.Length)]);
        }
        else if (random.Next(4) > 0)
        {
            long[] shape = [One(batch), One(heads), One(queries), Math.Max(0, keys - random.Next(3))];
            mask = random.Tensor(random.Coin() ? ElementType.Boolean : ElementType.Float32, shape[random.Next(4)..]);
        }

        long[] Numbers(int least) => [.. Enumerable.Range(0, random.Coin() ? 1 : (int)batch).Select(_ => (long)random.Between(least, (int)keys + 1))];
        TensorValue? offset = random.Coin() && Numbers(-2) is var offsets ? TensorValue.Create(offsets, offsets.Length) : null;
        TensorValue? counts = random.Coin() && Numbers(0) is var numbers ? TensorValue.Create(numbers, numbers.Length) : null;
        List<(string, AttributeValue)> attributes = [("is_causal", AttributeValue.Of(causal ? 1 : 0)), ("form", AttributeValue.Of(index ? "index" : "mask"))];
        if (random.Coin())
        {
            attributes.Add(("masked_value", AttributeValue.Of(-10000f)));
        }

        return OperatorCase.Of(
            "verifiable", "AttentionBias", opset, [random.Floats(batch, heads, queries, 2), random.Floats(batch, heads, 2, keys), mask, offset, counts], 1, [], [.. attributes]);
    }
}
