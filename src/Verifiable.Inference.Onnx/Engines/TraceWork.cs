using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Estimates the work of graph nodes from shapes alone, in multiply-adds.</summary>
internal static class TraceWork
{
    /// <summary>Estimates one graph node: for products and convolutions the length of a sum for each output element, for others one for each element read or made.</summary>
    public static Int128 Of(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
    {
        long sum = node.Domain.Length != 0 ? 0 : node.OperatorType switch
        {
            "MatMul" when inputs[0] is { Shape.Rank: > 0 } left => left.Shape[left.Shape.Rank - 1],
            "Gemm" when inputs[0] is { Shape.Rank: 2 } left => left.Shape[node.GetInt("transA", 0) == 0 ? 1 : 0],
            "Conv" when inputs[1] is { Shape.Rank: > 0, Length: > 0 } weights => weights.Length / weights.Shape[0],
            _ => 0,
        };
        return sum > 0 ? (Int128)sum * Elements(outputs) : Int128.Max(Elements(inputs), Elements(outputs));
    }

    /// <summary>Adds up the bytes of tensors.</summary>
    public static long Bytes(ReadOnlySpan<TensorValue?> tensors)
    {
        long bytes = 0;
        foreach (TensorValue? tensor in tensors)
        {
            bytes += tensor?.Bytes.Length ?? 0;
        }

        return bytes;
    }

    private static long Elements(ReadOnlySpan<TensorValue?> tensors)
    {
        long elements = 0;
        foreach (TensorValue? tensor in tensors)
        {
            elements += tensor?.Length ?? 0;
        }

        return elements;
    }
}
