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
    /// <summary>Makes a case of ONNX's own domain with one output.</summary>
    /// <param name="name">The operator.</param>
    /// <param name="opset">The operator set version.</param>
    /// <param name="inputs">The inputs by position; <see langword="null"/> for absent ones.</param>
    /// <param name="batched">The inputs whose first axis is the batch; empty where rows may be mixed.</param>
    /// <param name="attributes">The attributes.</param>
    public static OperatorCase Of(string name, int opset, TensorValue?[] inputs, int[] batched, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes) =>
        Of(string.Empty, name, opset, inputs, 1, batched, attributes);

    /// <summary>Makes a case of any domain with any number of outputs.</summary>
    public static OperatorCase Of(
        string domain, string name, int opset, TensorValue?[] inputs, int outputs, int[] batched, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var builder = new OnnxModelBuilder(domain.Length == 0 ? opset : OperatorCatalog.NewestOpset);
        builder.Opset(domain, opset);
        string[] names = [.. inputs.Select((input, i) => input is null ? "" : $"x{i}")];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is TensorValue value)
            {
                builder.Input(names[i], value.Type, [.. value.Shape.Lengths.Select(GraphDimension.Of)]);
            }
        }

        string[] results = [.. Enumerable.Range(0, outputs).Select(i => $"y{i}")];
        GraphNode node = builder.Node(domain, name, string.Empty, names, results, attributes).Output("y0", ElementType.Float32).Build().Nodes[0];
        return new OperatorCase(node, inputs, batched);
    }

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
