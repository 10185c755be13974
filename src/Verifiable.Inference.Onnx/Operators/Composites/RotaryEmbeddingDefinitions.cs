using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// RotaryEmbedding of the standard and of ONNX Runtime: pairs (x, y) of each head, halves or neighbours, become (cos·x − sin·y, sin·x + cos·y), every product
/// rounded. Positions choose the rows of the tables.
/// </summary>
internal static class RotaryEmbeddingDefinitions
{
    internal static ImmutableArray<CompositeDefinition> Definitions { get; } =
    [
        new("RotaryEmbedding", 23, Standard),
        new("RotaryEmbedding", 1, Microsoft, domain: "com.microsoft"),
    ];

    private static void Standard(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(3, 4);
        long heads = binder.Int("num_heads", 0);
        (string x, string positions) = (expansion.Input(0), expansion.Input(3));

        // The input is (batch, heads, length, size), or with a number of heads (batch, length, heads · size): which, its rank tells when it runs.
        string parts = x;
        string axis = expansion.Integers(1);
        if (heads > 0)
        {
            string isFlat = expansion.Add("Equal", [expansion.Add("Shape", [expansion.Add("Shape", [x])]), expansion.Integers(3)]);
            string count = expansion.Integers(heads);
            string whole = expansion.Lengths(x, -1, long.MaxValue);
            string middle = expansion.Add("Where", [isFlat, count, expansion.Lengths(x, -2, -1)]);
            string size = expansion.Add("Where", [isFlat, expansion.Add("Div", [whole, count]), whole]);
            string shape = expansion.Add("Concat", [expansion.Lengths(x, 0, 2), middle, size], ("axis", AttributeValue.Of(0)));
            parts = expansion.Add("Reshape", [x, shape], ("allowzero", AttributeValue.Of(1)));
            axis = expansion.Add("Where", [isFlat, expansion.Integers(2), axis]);
        }

        string Table(int input) =>
            expansion.Add("Unsqueeze", [positions.Length > 0 ? expansion.Add("Gather", [expansion.Input(input), positions]) : expansion.Input(input), axis]);
        Rotate(binder, expansion, x, parts, Table(1), Table(2));
    }

    private static void Microsoft(NodeBinder binder, Expansion expansion)
    {
        binder.Arity(4, 4);
        if (binder.Flag("is_packed_batching"))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected no packed batches.");
        }

        binder.Ignore("scale");
        long heads = binder.Int("num_heads", 0);
        bool isPartial = binder.Int("rotary_embedding_dim", 0) > 0;
        if (isPartial && heads <= 0)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a number of heads beside 'rotary_embedding_dim', got {heads}.");
        }

        (string x, string positions) = (expansion.Input(0), expansion.Input(1));
        (string, AttributeValue) first = ("axis", AttributeValue.Of(0));

        // The input is (batch, length, width) or (batch, heads, length, size): which, its rank tells when it runs.
        string isFlat = expansion.Add("Equal", [expansion.Add("Shape", [expansion.Add("Shape", [x])]), expansion.Integers(3)]);
        string whole = expansion.Lengths(x, -1, long.MaxValue);
        string size = isPartial
            ? expansion.Add("Where", [isFlat, expansion.Add("Div", [whole, expansion.Integers(Math.Max(heads, 1))]), whole])
            : expansion.Add("Mul", [expansion.Lengths(expansion.Input(2), 1, 2), expansion.Integers(2)]);
        string parts = expansion.Add("Reshape", [x, expansion.Add("Concat", [expansion.Lengths(x, 0, 2), expansion.Integers(-1), size], first)]);
        string length = expansion.Lengths(x, 1, 2);
        length = expansion.Add("Where", [isFlat, length, expansion.Lengths(x, -2, -1)]);
        string one = expansion.Integers(1);

        // One position stands for the first token, and the others follow it.
        string isStart = expansion.Add("Equal", [expansion.Add("Shape", [expansion.Add("Shape", [positions])]), one]);
        string steps = expansion.Add("Range", [expansion.Integer(0), expansion.Add("Squeeze", [length, expansion.Integers(0)]), expansion.Integer(1)]);
        string rows = expansion.Add("Add", [positions, expansion.Add("Mul", [steps, expansion.Add("Cast", [isStart], ("to", AttributeValue.Of((long)ElementType.Int64)))])]);
        string Table(int input)
        {
            string table = expansion.Add("Gather", [expansion.Input(input), rows]);
            string width = expansion.Lengths(table, -1, long.MaxValue);
            string flat = expansion.Add("Concat", [expansion.Integers(-1), length, one, width], first);
            string split = expansion.Add("Concat", [expansion.Integers(-1), one, length, width], first);
            return expansion.Add("Reshape", [table, expansion.Add("Where", [isFlat, flat, split])]);
        }

        Rotate(binder, expansion, x, parts, Table(2), Table(3));
    }

    private static void Rotate(NodeBinder binder, Expansion expansion, string x, string parts, string cosines, string sines)
    {
        bool isInterleaved = binder.Flag("interleaved");
        long width = binder.Int("rotary_embedding_dim", 0);
        (string, AttributeValue) last = ("axis", AttributeValue.Of(-1));
        string axis = expansion.Integers(-1);
        string end = expansion.Integers(long.MaxValue);
        string turned = width > 0 ? expansion.Add("Slice", [parts, expansion.Integers(0), expansion.Integers(width), axis]) : parts;
        string[] halves = isInterleaved
            ? [expansion.Add("Slice", [turned, expansion.Integers(0), end, axis, expansion.Integers(2)]), expansion.Add("Slice", [turned, expansion.Integers(1), end, axis, expansion.Integers(2)])]
            : expansion.Add("Split", [turned], 2, last, ("num_outputs", AttributeValue.Of(2)));
        string real = expansion.Add("Sub", [expansion.Add("Mul", [cosines, halves[0]]), expansion.Add("Mul", [sines, halves[1]])]);
        string imaginary = expansion.Add("Add", [expansion.Add("Mul", [sines, halves[0]]), expansion.Add("Mul", [cosines, halves[1]])]);
        string result = isInterleaved
            ? expansion.Add("Reshape", [expansion.Add("Concat", [expansion.Add("Unsqueeze", [real, axis]), expansion.Add("Unsqueeze", [imaginary, axis])], last), expansion.Add("Shape", [turned])], ("allowzero", AttributeValue.Of(1)))
            : expansion.Add("Concat", [real, imaginary], last);
        result = width > 0 ? expansion.Add("Concat", [result, expansion.Add("Slice", [parts, expansion.Integers(width), end, axis])], last) : result;
        expansion.AddOutput(0, "Reshape", [result, expansion.Add("Shape", [x])], ("allowzero", AttributeValue.Of(1)));
    }
}
