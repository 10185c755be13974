using System.Text;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Checks what a graph that comes from code could state and a file could not: texts that have no UTF-8 or hold U+0000, and too many dimensions.</summary>
internal static class DraftTexts
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Finds the first fault, or <see langword="null"/>.</summary>
    internal static ModelRefusal? Check(DraftGraph draft)
    {
        foreach (GraphValue value in draft.Inputs.Concat(draft.Outputs))
        {
            if (value.Dimensions.Length > TensorShape.MaxRank)
            {
                return new(ModelRefusalReason.BadShape, $"Expected '{value.Name}' to have at most {TensorShape.MaxRank} dimensions, got {value.Dimensions.Length}.");
            }
        }

        IEnumerable<string> texts = draft.Inputs.Concat(draft.Outputs).SelectMany(value => value.Dimensions.Select(dimension => dimension.Symbol).Prepend(value.Name))
            .Concat(draft.Initializers.Select(pair => pair.Key))
            .Concat(draft.OpsetImports.Keys)
            .Concat(draft.Nodes.SelectMany(node => node.Inputs.Concat(node.Outputs).Concat(node.Attributes.Keys).Append(node.Name).Append(node.Domain).Append(node.OperatorType)));
        return texts.FirstOrDefault(text => !IsText(text)) is string wrong
            ? new(ModelRefusalReason.Malformed, $"Expected names that are well-formed UTF-16 without the character U+0000, got a lone surrogate or that character in '{wrong.Replace("\0", "\\0", StringComparison.Ordinal)}'.")
            : null;
    }

    private static bool IsText(string text)
    {
        try
        {
            _ = _strictUtf8.GetByteCount(text);
            return !text.Contains('\0', StringComparison.Ordinal);
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
