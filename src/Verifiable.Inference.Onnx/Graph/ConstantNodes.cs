using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Reads the value of a <c>Constant</c> node (ONNX operator <c>Constant</c>, versions 1 to 13: one attribute that holds the value).</summary>
internal static class ConstantNodes
{
    /// <summary>Tells whether the graph node is a <c>Constant</c>.</summary>
    public static bool IsConstant(GraphNode node) => node.Domain.Length == 0 && node.OperatorType == "Constant";

    /// <summary>Gets the tensor that the graph node stands for.</summary>
    public static bool TryGetValue(GraphNode node, [NotNullWhen(true)] out TensorValue? value, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        value = null;
        refusal = null;
        if (node.Inputs.Length != 0 || node.Outputs.Length != 1)
        {
            refusal = node.Refuse(ModelRefusalReason.Malformed, $"Expected no inputs and one output, got {node.Inputs.Length} and {node.Outputs.Length}.");
            return false;
        }

        if (node.Attributes.Count != 1)
        {
            refusal = node.Refuse(ModelRefusalReason.BadAttribute, $"Expected one attribute that holds the value, got [{string.Join(", ", node.Attributes.Keys)}].");
            return false;
        }

        (string name, AttributeValue attribute) = node.Attributes.First();
        value = (name, attribute.Kind) switch
        {
            ("value", AttributeKind.Tensor) => attribute.Tensor,
            ("value_float", AttributeKind.Float) => TensorValue.Create([attribute.Float]),
            ("value_int", AttributeKind.Int) => TensorValue.Create([attribute.Int]),
            ("value_floats", AttributeKind.Floats) => TensorValue.Create(attribute.Floats.AsSpan(), new TensorShape(attribute.Floats.Length)),
            ("value_ints", AttributeKind.Ints) => TensorValue.Create(attribute.Ints.AsSpan(), new TensorShape(attribute.Ints.Length)),
            _ => null,
        };
        if (value is null)
        {
            refusal = name is "value_string" or "value_strings"
                ? node.Refuse(ModelRefusalReason.UnsupportedType, "Expected a constant of numbers or Booleans, got text.")
                : node.Refuse(ModelRefusalReason.BadAttribute, $"Expected value, value_float, value_int, value_floats or value_ints of its kind, got '{name}' of kind {attribute.Kind}.");
        }

        return value is not null;
    }
}
