using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>Knows the cases in which ONNX Runtime 1.30.0 does something else than the standard says, or in which the standard says nothing.</summary>
internal static class ComparableCases
{
    private static readonly HashSet<string> _integerArithmetic = new(StringComparer.Ordinal) { "Div", "Mod", "Pow", "Shrink" };

    /// <summary>Makes integers small where the other engine computes with them in floats, or ends on a division by 0.</summary>
    internal static OperatorCase Gentle(OperatorCase sample) =>
        _integerArithmetic.Contains(sample.Node.OperatorType) || sample.Node.OperatorType.StartsWith("Reduce", StringComparison.Ordinal)
            ? sample with { Inputs = [.. sample.Inputs.Select((input, i) => input is null || (i > 0 && sample.Node.OperatorType.StartsWith("Reduce", StringComparison.Ordinal)) ? input : Small(input))] }
            : sample;

    /// <summary>Tells why a case cannot be compared; <see langword="null"/> when it can.</summary>
    internal static string? Reason(OperatorCase sample)
    {
        GraphNode node = sample.Node;
        if (sample.Inputs.Length == 0 || sample.Inputs[0] is not TensorValue first)
        {
            return "has nothing to be given";
        }

        if (first.Length == 0 || sample.Inputs.Any(input => input is { Length: 0, Shape.Rank: > 1 }))
        {
            return "does not come back from a convolution over no channels, keeps axes of length 0 that are to be reduced, leaves beta out of a product over nothing";
        }

        if (sample.Inputs.Any(input => input is not null && HasNaN(input)))
        {
            return "has no rule for NaN";
        }

        return node.OperatorType switch
        {
            "AffineGrid" when node.GetInt("align_corners", 0) == 1 => "stands elsewhere on an axis of length 1, where the standard divides by 0",
            "Cast" when ElementTypes.IsFloat(first.Type) && !ElementTypes.IsFloat((ElementType)node.GetInt("to", 0)) => "casts floats beyond an integer's range as the processor happens to",
            "CastLike" when ElementTypes.IsFloat(first.Type) && !ElementTypes.IsFloat(sample.Inputs[1]!.Type) => "casts floats beyond an integer's range as the processor happens to",
            "Celu" when node.GetFloat("alpha", 1) == 0 => "divides by 0",
            "Einsum" when node.GetText("equation", string.Empty).Contains("...", StringComparison.Ordinal) => "dies when the operands have dots of different ranks",
            "GridSample" when node.GetText("mode", "linear").EndsWith("cubic", StringComparison.Ordinal) && node.GetText("padding_mode", "zeros") != "zeros" =>
                "bounds each tap of a cubic, ONNX's reference implementation the coordinate",
            "MaxUnpool" when sample.Inputs.Length > 2 => "takes indices by the stated shape, ONNX's own case by the inferred one",
            "NonZero" when first.Shape.Rank == 0 => "gives a scalar's result a row that the standard says it has not",
            "OneHot" when node.OpsetVersion < 11 => "counts indices from the end before version 11 too",
            "OneHot" when ElementTypes.IsFloat(first.Type) => "does not cut off the fractions of float indices",
            "Pad" when node.GetText("mode", "constant") == "wrap" => "reads beyond the input",
            "Pow" when !ElementTypes.IsFloat(first.Type) => "casts floats beyond an integer's range as the processor happens to",
            "ReduceLogSumExp" or "ReduceProd" when !ElementTypes.IsFloat(first.Type) => "does not wrap, and cuts off within a sum",
            "Resize" when sample.Inputs.Length == 3 && node.GetText("coordinate_transformation_mode", "") is "align_corners" or "tf_crop_and_resize" =>
                "aligns corners to the length that was cut, where the standard's own cases do not",
            "Col2Im" when sample.Inputs[1]!.Length != 2 && node.GetInts("dilations").Any(dilation => dilation > 1) => "places dilated taps by a rule of its own, except over two axes",
            "GRU" or "LSTM" or "RNN" when node.Attributes.TryGetValue("activations", out AttributeValue? names) && names.Texts.Contains("Softplus") => "overflows within Softplus",
            "GRU" or "LSTM" or "RNN" when sample.Inputs.ElementAtOrDefault(4) is TensorValue lengths && lengths.AsSpan<int>().Contains(0) =>
                "gives zeros as the last state of an empty sequence, and not the initial state",
            "Shrink" when first.Type == ElementType.Float64 || !ElementTypes.IsFloat(first.Type) => "computes in binary32, and wraps what an integer type cannot hold",
            "BitShift" when Shifts(sample.Inputs[1]!).Any(bits => bits >= 8UL * (ulong)ElementTypes.SizeOf(first.Type)) => "shifts by more than the width as the processor happens to",
            "STFT" when first.Shape[2] == 2 && sample.Inputs[2] is not null => "takes the window for complex too",
            "Slice" when sample.Inputs.Length > 4 => "takes the largest integer as the end of a backward slice for its beginning",
            "TopK" when node.GetInt("sorted", 1) == 0 => "has another order where any is right",
            _ => null,
        };
    }

    private static IEnumerable<ulong> Shifts(TensorValue tensor)
    {
        var elements = new TensorInputs([tensor]);
        return Enumerable.Range(0, tensor.Length).Select(i => elements.ReadBits(0, i));
    }

    private static bool HasNaN(TensorValue tensor)
    {
        var elements = new TensorInputs([tensor]);
        return ElementTypes.IsFloat(tensor.Type) && Enumerable.Range(0, tensor.Length).Any(i => double.IsNaN(TensorDistance.Widen(elements.ReadBits(0, i), tensor.Type)));
    }

    // Odd numbers of at most 9: no sum overflows, no divisor is 0.
    private static TensorValue Small(TensorValue tensor)
    {
        if (ElementTypes.IsFloat(tensor.Type) || tensor.Type == ElementType.Boolean)
        {
            return tensor;
        }

        byte[] bytes = new byte[tensor.Bytes.Length];
        int size = ElementTypes.SizeOf(tensor.Type);
        for (int i = 0; i < bytes.Length; i += size)
        {
            bytes[i] = (byte)(1 + (2 * (tensor.Bytes.Span[i] % 5)));
        }

        return TensorValue.Take(tensor.Type, tensor.Shape, bytes);
    }
}
