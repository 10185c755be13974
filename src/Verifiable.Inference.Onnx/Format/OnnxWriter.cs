using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Makes the bytes of an ONNX file of a model.</summary>
/// <remarks>Field numbers are those of <c>onnx.proto</c>, IR version 13.</remarks>
internal static class OnnxWriter
{
    // The first version in which an initialiser need not be a graph input.
    private const int LeastIrVersion = 4;

    // Protobuf's limit, with room for the graph.
    private const long MaxTensorBytes = int.MaxValue - (64L << 20);

    /// <summary>Writes the model with raw bytes in the file.</summary>
    public static byte[] Write(OnnxModel model)
    {
        long tensorBytes = model.Initializers.Values.Sum(value => (long)value.Bytes.Length);
        if (tensorBytes > MaxTensorBytes)
        {
            throw new InvalidOperationException($"Expected tensors of at most {MaxTensorBytes} bytes, which one protobuf file can hold, got {tensorBytes}.");
        }

        WireMessage record = new();
        record.Add(1, Math.Max(LeastIrVersion, model.IrVersion));
        record.Add(2, "Verifiable.Inference.Onnx");
        record.Add(7, GraphOf(model));
        foreach ((string domain, int version) in model.OpsetImports)
        {
            WireMessage opset = new();
            opset.Add(1, domain);
            opset.Add(2, version);
            record.Add(8, opset);
        }

        return record.ToArray();
    }

    private static WireMessage GraphOf(OnnxModel model)
    {
        WireMessage graph = new();

        // A graph needs a graph node: where only constants are left, one goes back.
        int first = 0;
        if (model.Nodes.IsEmpty)
        {
            graph.Add(1, ConstantOf(model.Initializers.First()));
            first = 1;
        }

        foreach (GraphNode node in model.Nodes)
        {
            graph.Add(1, NodeOf(node));
        }

        graph.Add(2, "model");
        foreach ((string name, TensorValue value) in model.Initializers.Skip(first))
        {
            graph.Add(5, TensorOf(name, value));
        }

        foreach (GraphValue input in model.Inputs)
        {
            graph.Add(11, ValueOf(input));
        }

        foreach (GraphValue output in model.Outputs)
        {
            graph.Add(12, ValueOf(output));
        }

        return graph;
    }

    private static WireMessage BodyOf(GraphBody body)
    {
        WireMessage graph = new();
        foreach (GraphNode node in body.Nodes)
        {
            graph.Add(1, NodeOf(node));
        }

        graph.Add(2, "body");
        foreach ((string name, TensorValue value) in body.Initializers)
        {
            graph.Add(5, TensorOf(name, value));
        }

        foreach (GraphValue input in body.Inputs)
        {
            graph.Add(11, ValueOf(input));
        }

        foreach (GraphValue output in body.Outputs)
        {
            graph.Add(12, ValueOf(output));
        }

        return graph;
    }

    private static WireMessage ConstantOf(KeyValuePair<string, TensorValue> constant)
    {
        WireMessage attribute = new();
        attribute.Add(1, "value");
        attribute.Add(5, TensorOf(constant.Key, constant.Value));
        attribute.Add(20, (int)AttributeKind.Tensor);
        WireMessage node = new();
        node.Add(2, constant.Key);
        node.Add(4, "Constant");
        node.Add(5, attribute);
        return node;
    }

    private static WireMessage NodeOf(GraphNode node)
    {
        WireMessage record = new();
        AddTexts(record, 1, node.Inputs);
        AddTexts(record, 2, node.Outputs);
        if (node.Name.Length != 0)
        {
            record.Add(3, node.Name);
        }

        record.Add(4, node.OperatorType);
        foreach ((string name, AttributeValue value) in node.Attributes)
        {
            record.Add(5, AttributeOf(name, value));
        }

        if (node.Domain.Length != 0)
        {
            record.Add(7, node.Domain);
        }

        return record;
    }

    private static WireMessage AttributeOf(string name, AttributeValue value)
    {
        WireMessage record = new();
        record.Add(1, name);
        switch (value.Kind)
        {
            case AttributeKind.Float:
                record.Add(2, value.Float);
                break;
            case AttributeKind.Int:
                record.Add(3, value.Int);
                break;
            case AttributeKind.Text:
                record.Add(4, value.TextBytes.AsMemory());
                break;
            case AttributeKind.Tensor:
                record.Add(5, TensorOf(string.Empty, value.Tensor));
                break;
            case AttributeKind.Graph:
                record.Add(6, BodyOf(value.Graph));
                break;
            case AttributeKind.Floats:
                foreach (float element in value.Floats)
                {
                    record.Add(7, element);
                }

                break;
            case AttributeKind.Ints:
                foreach (long element in value.Ints)
                {
                    record.Add(8, element);
                }

                break;
            default:
                foreach (ImmutableArray<byte> text in value.TextsBytes)
                {
                    record.Add(9, text.AsMemory());
                }

                break;
        }

        record.Add(20, (int)value.Kind);
        return record;
    }

    private static WireMessage TensorOf(string name, TensorValue value)
    {
        WireMessage record = new();
        foreach (long length in value.Shape.Lengths)
        {
            record.Add(1, length);
        }

        record.Add(2, (int)value.Type);
        record.Add(8, name);

        // The tensor is immutable, so its memory can be shared.
        record.Add(9, value.Bytes);
        return record;
    }

    private static WireMessage ValueOf(GraphValue value)
    {
        if (value.Type == ElementType.None)
        {
            WireMessage untyped = new();
            untyped.Add(1, value.Name);
            return untyped;
        }

        WireMessage tensor = new();
        tensor.Add(1, (int)value.Type);
        if (value.IsRankKnown)
        {
            WireMessage shape = new();
            foreach (GraphDimension dimension in value.Dimensions)
            {
                shape.Add(1, DimensionOf(dimension));
            }

            tensor.Add(2, shape);
        }

        WireMessage type = new();
        type.Add(1, tensor);
        WireMessage record = new();
        record.Add(1, value.Name);
        record.Add(2, type);
        return record;
    }

    private static WireMessage DimensionOf(GraphDimension dimension)
    {
        WireMessage record = new();
        if (dimension.IsFixed)
        {
            record.Add(1, dimension.Length);
        }
        else if (dimension.Symbol.Length != 0)
        {
            record.Add(2, dimension.Symbol);
        }

        return record;
    }

    private static void AddTexts(WireMessage record, int field, ImmutableArray<string> texts)
    {
        foreach (string text in texts)
        {
            record.Add(field, text);
        }
    }
}
