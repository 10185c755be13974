using Google.Protobuf;
using Verifiable.Inference.Onnx.Format.Wire;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Makes the bytes of an ONNX file of a model.</summary>
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

        return ToProto(model).ToByteArray();
    }

    /// <summary>Makes the record.</summary>
    internal static ModelProto ToProto(OnnxModel model)
    {
        GraphProto graph = new() { Name = "model" };
        graph.Input.AddRange(model.Inputs.Select(ToProto));
        graph.Output.AddRange(model.Outputs.Select(ToProto));
        graph.Initializer.AddRange(model.Initializers.Select(pair => ToProto(pair.Key, pair.Value)));
        graph.Node.AddRange(model.Nodes.Select(ToProto));
        if (model.Nodes.IsEmpty)
        {
            // Only constants are left; a graph needs a graph node, so one constant goes back.
            graph.Node.Add(TakeConstantBack(graph));
        }

        ModelProto proto = new() { IrVersion = Math.Max(LeastIrVersion, model.IrVersion), ProducerName = "Verifiable.Inference.Onnx", Graph = graph };
        proto.OpsetImport.AddRange(model.OpsetImports.Select(pair => new OperatorSetIdProto { Domain = pair.Key, Version = pair.Value }));
        return proto;
    }

    private static NodeProto TakeConstantBack(GraphProto graph)
    {
        TensorProto tensor = graph.Initializer[0];
        graph.Initializer.RemoveAt(0);
        NodeProto node = new() { OpType = "Constant" };
        node.Output.Add(tensor.Name);
        node.Attribute.Add(new AttributeProto { Name = "value", Type = (int)AttributeKind.Tensor, T = tensor });
        return node;
    }

    private static ValueInfoProto ToProto(GraphValue value)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)value.Type };
        if (value.IsRankKnown)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.AddRange(value.Dimensions.Select(ToProto));
        }

        return new ValueInfoProto { Name = value.Name, Type = new TypeProto { TensorType = tensor } };
    }

    private static TensorShapeProto.Types.Dimension ToProto(GraphDimension dimension)
    {
        TensorShapeProto.Types.Dimension proto = new();
        if (dimension.IsFixed)
        {
            proto.DimValue = dimension.Length;
        }
        else if (dimension.Symbol.Length != 0)
        {
            proto.DimParam = dimension.Symbol;
        }

        return proto;
    }

    private static TensorProto ToProto(string name, TensorValue value)
    {
        // The tensor is immutable, so its memory can be shared.
        TensorProto proto = new() { Name = name, DataType = (int)value.Type, RawData = UnsafeByteOperations.UnsafeWrap(value.Bytes) };
        proto.Dims.AddRange(value.Shape.Lengths);
        return proto;
    }

    private static NodeProto ToProto(GraphNode node)
    {
        NodeProto proto = new() { OpType = node.OperatorType };
        if (node.Name.Length != 0)
        {
            proto.Name = node.Name;
        }

        if (node.Domain.Length != 0)
        {
            proto.Domain = node.Domain;
        }

        proto.Input.AddRange(node.Inputs);
        proto.Output.AddRange(node.Outputs);
        proto.Attribute.AddRange(node.Attributes.Select(pair => ToProto(pair.Key, pair.Value)));
        return proto;
    }

    private static AttributeProto ToProto(string name, AttributeValue value)
    {
        AttributeProto proto = new() { Name = name, Type = (int)value.Kind };
        switch (value.Kind)
        {
            case AttributeKind.Float:
                proto.F = value.Float;
                break;
            case AttributeKind.Int:
                proto.I = value.Int;
                break;
            case AttributeKind.Text:
                proto.S = ByteString.CopyFrom(value.TextBytes.AsSpan());
                break;
            case AttributeKind.Tensor:
                proto.T = ToProto(string.Empty, value.Tensor);
                break;
            case AttributeKind.Floats:
                proto.Floats.AddRange(value.Floats);
                break;
            case AttributeKind.Ints:
                proto.Ints.AddRange(value.Ints);
                break;
            default:
                proto.Strings.AddRange(value.TextsBytes.Select(text => ByteString.CopyFrom(text.AsSpan())));
                break;
        }

        return proto;
    }
}
