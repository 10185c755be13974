using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// ONNX Runtime's sums that are normalised: SkipLayerNormalization and SkipSimplifiedLayerNormalization of (input + skip) + bias, EmbedLayerNormalization of
/// (word + position) + segment.
/// </summary>
internal static class SkipNormalizationDefinitions
{
    private const string Microsoft = "com.microsoft";

    internal static ImmutableArray<CompositeDefinition> Definitions { get; } =
    [
        new("SkipLayerNormalization", 1, SkipLayer, domain: Microsoft),
        new("SkipSimplifiedLayerNormalization", 1, SkipSimplified, domain: Microsoft),
        new("EmbedLayerNormalization", 1, EmbedLayer, domain: Microsoft),
    ];

    private static void SkipLayer(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(3, 5, 4);
        (string, AttributeValue) epsilon = ("epsilon", AttributeValue.Of(binder.Float("epsilon", 1e-12f)));
        string sum = Sum(expansion, 4);
        expansion.Append(
            string.Empty, "LayerNormalization", [sum, expansion.Input(2), expansion.Input(3)], Wanted(expansion.Output(0), expansion.Output(1), expansion.Output(2)), epsilon);
    }

    private static void SkipSimplified(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(3, 4, 4);
        (string, AttributeValue) epsilon = ("epsilon", AttributeValue.Of(binder.Float("epsilon", 1e-12f)));
        if (expansion.Output(1).Length > 0)
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected no output 1: without centering there is no mean.");
        }

        string sum = Sum(expansion, 3);
        expansion.Append(string.Empty, "SimplifiedLayerNormalization", [sum, expansion.Input(2)], Wanted(expansion.Output(0), expansion.Output(2)), epsilon);
    }

    private static void EmbedLayer(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(1, 9, 3);
        if (!Enumerable.Range(2, 5).All(input => input == 4 || binder.Node.HasInput(input)) || binder.Node.HasInput(1) != binder.Node.HasInput(4))
        {
            binder.Refuse(ModelRefusalReason.Malformed, "Expected tables of words and positions, a scale and a bias, and segments together with their table.");
            return;
        }

        (string, AttributeValue) epsilon = ("epsilon", AttributeValue.Of(binder.Float("epsilon", 1e-12f)));
        _ = binder.Flag("mask_index_type");
        (string ids, string segments, string mask, string positions) = (expansion.Input(0), expansion.Input(1), expansion.Input(7), expansion.Input(8));
        string position = positions.Length > 0
            ? expansion.Add("Gather", [expansion.Input(3), positions])
            : Positions(expansion, ids);
        string[] pair = [expansion.Add("Gather", [expansion.Input(2), ids]), position];
        string sum = segments.Length == 0
            ? expansion.AddNamed(2, "Add", pair)
            : expansion.AddNamed(2, "Add", [expansion.Add("Add", pair), expansion.Add("Gather", [expansion.Input(4), segments])]);
        expansion.AddOutput(0, "LayerNormalization", [sum, expansion.Input(5), expansion.Input(6)], epsilon);
        if (expansion.Output(1).Length == 0)
        {
            return;
        }

        // How many tokens of each row are there.
        if (mask.Length > 0)
        {
            string ones = expansion.Add("Equal", [mask, expansion.Constant(TensorValue.Create([1], []))]);
            string counts = expansion.Add("Cast", [ones], ("to", AttributeValue.Of((long)ElementType.Int32)));
            expansion.AddOutput(1, "ReduceSum", [counts, expansion.Integers(1)], ("keepdims", AttributeValue.Of(0)));
        }
        else
        {
            expansion.AddOutput(1, "ConstantOfShape", [expansion.Lengths(ids, 0, 1)], ("value", AttributeValue.Of(TensorValue.Create([0], 1))));
        }
    }

    // The first rows of the table, one for each token: a table of fewer does not fit.
    private static string Positions(Expansion expansion, string ids)
    {
        string table = expansion.Input(3);
        string count = expansion.Lengths(ids, 1, 2);
        string rows = expansion.Add("Slice", [table, expansion.Integers(0), count, expansion.Integers(0)]);
        string shape = expansion.Add("Concat", [count, expansion.Lengths(table, 1, 2)], ("axis", AttributeValue.Of(0)));
        return expansion.Add("Reshape", [rows, shape], ("allowzero", AttributeValue.Of(1)));
    }

    private static string Sum(Expansion expansion, int bias)
    {
        string[] pair = [expansion.Input(0), expansion.Input(1)];
        string sum = expansion.Add("Add", pair);
        sum = expansion.Input(bias).Length == 0 ? sum : expansion.Add("Add", [sum, expansion.Input(bias)]);
        return expansion.AddNamed(3, "Reshape", [sum, expansion.Add("Shape", [pair[0]])], ("allowzero", AttributeValue.Of(1)));
    }

    // An output at the end that nobody wants is left out, as in a file.
    private static string[] Wanted(params string[] outputs) => outputs[..(Array.FindLastIndex(outputs, output => output.Length > 0) + 1)];
}
