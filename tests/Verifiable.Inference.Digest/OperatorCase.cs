using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>One graph node with inputs that fit it.</summary>
/// <param name="Node">The graph node.</param>
/// <param name="Inputs">The inputs by position.</param>
/// <param name="Batched">The inputs whose first axis is the batch; empty where rows may be mixed.</param>
public sealed record OperatorCase(GraphNode Node, TensorValue?[] Inputs, int[] Batched)
{
    /// <summary>Binds the operator, with all inputs as constants when asked.</summary>
    public BoundOperator Bind(bool constants)
    {
        Dictionary<string, TensorValue> values = new(StringComparer.Ordinal);
        for (int i = 1; constants && i < Inputs.Length; i++)
        {
            if (Inputs[i] is TensorValue value)
            {
                values[Node.Inputs[i]] = value;
            }
        }

        return OperatorCatalog.TryBind(Node, values, out BoundOperator? bound, out Onnx.Format.ModelRefusal? refusal)
            ? bound
            : throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>Computes the outputs.</summary>
    public static TensorValue[] Compute(BoundOperator bound, OperatorContext context, TensorValue?[] inputs, int outputs)
    {
        ArgumentNullException.ThrowIfNull(bound);
        var signatures = new TensorSignature[outputs];
        if (!bound.TryInfer(new TensorInputs(inputs), signatures, out string? fault))
        {
            throw new InvalidOperationException(fault);
        }

        TensorBuffer[] buffers = [.. signatures.Select(TensorBuffer.Allocate)];
        foreach (TensorBuffer buffer in buffers)
        {
            buffer.Bytes.Fill(0xCD);
        }

        bound.Compute(context, inputs, buffers);
        return [.. buffers.Select(buffer => buffer.ToValue())];
    }

    /// <summary>Writes node and shapes.</summary>
    public override string ToString() =>
        $"{Node} [{string.Join("; ", Node.Attributes.Select(pair => $"{pair.Key}={Text(pair.Value)}"))}] ({string.Join("; ", Inputs.Select(input => input?.ToString() ?? "-"))})";

    private static string Text(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Int => $"{value.Int}",
        AttributeKind.Ints => $"[{string.Join(", ", value.Ints)}]",
        AttributeKind.Float => $"{value.Float:R}",
        AttributeKind.Text => value.Text,
        _ => value.Kind.ToString(),
    };
}
