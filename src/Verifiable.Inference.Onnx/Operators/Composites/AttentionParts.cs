using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What the expansions of attention share.</summary>
internal static class AttentionParts
{
    /// <summary>Splits (batch, length, heads · size) into (batch, heads, length, size), or (batch, heads, size, length). A value of another rank does not fit: all lengths from the third on go into the new shape,
    /// which has another rank than the exchange of axes then.</summary>
    internal static string SplitHeads(Expansion expansion, string value, long heads, bool transposed = false)
    {
        string count = expansion.Integers(heads);
        string size = expansion.Add("Div", [expansion.Lengths(value, 2, long.MaxValue), count]);
        string shape = expansion.Add("Concat", [expansion.Lengths(value, 0, 2), count, size], ("axis", AttributeValue.Of(0)));
        return Permute(expansion, expansion.Add("Reshape", [value, shape], ("allowzero", AttributeValue.Of(1))), transposed ? [0, 2, 3, 1] : [0, 2, 1, 3]);
    }

    /// <summary>Joins (batch, heads, length, size) to (batch, length, heads · size), which is the composite's first output.</summary>
    internal static void JoinHeads(Expansion expansion, string value)
    {
        string moved = Permute(expansion, value, [0, 2, 1, 3]);
        string width = expansion.Add("Mul", [expansion.Lengths(moved, 2, 3), expansion.Lengths(moved, 3, 4)]);
        string shape = expansion.Add("Concat", [expansion.Lengths(moved, 0, 2), width], ("axis", AttributeValue.Of(0)));
        expansion.AddOutput(0, "Reshape", [moved, shape], ("allowzero", AttributeValue.Of(1)));
    }

    /// <summary>Exchanges axes.</summary>
    internal static string Permute(Expansion expansion, string value, params ReadOnlySpan<long> axes) => expansion.Add("Transpose", [value], ("perm", AttributeValue.Of(axes)));

    /// <summary>Computes 1 ÷ √size in binary32, size being the last length of the queries.</summary>
    internal static string DefaultScale(Expansion expansion, string queries)
    {
        string size = expansion.Add("Cast", [expansion.Lengths(queries, 3, 4)], ("to", AttributeValue.Of(1L)));
        return expansion.Add("Div", [expansion.Single(1f), expansion.Add("Sqrt", [size])]);
    }

    /// <summary>Adds the bias of <see cref="AttentionBiasOperator"/>.</summary>
    internal static string Bias(Expansion expansion, string queries, string keys, string mask, string offset, string lengths, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        // A graph node with a name of its own, of this library's domain.
        string name = expansion.FreshName();
        expansion.Append(AttentionBiasOperator.Domain, "AttentionBias", [queries, keys, mask, offset, lengths], [name], attributes);
        return name;
    }
}
