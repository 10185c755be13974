using System.Buffers.Binary;
using Google.Protobuf;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Wire;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Format;

/// <summary>States a tensor in the other ways that ONNX has: in the field of its type, or in another file.</summary>
internal static class Restatement
{
    public static void ToTyped(TensorProto tensor)
    {
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        var type = (ElementType)tensor.DataType;
        int size = ElementTypes.SizeOf(type);
        for (int at = 0; at < raw.Length; at += size)
        {
            ReadOnlySpan<byte> element = raw.Slice(at, size);
            switch (type)
            {
                case ElementType.Float32:
                    tensor.FloatData.Add(BinaryPrimitives.ReadSingleLittleEndian(element));
                    break;
                case ElementType.Float64:
                    tensor.DoubleData.Add(BinaryPrimitives.ReadDoubleLittleEndian(element));
                    break;
                case ElementType.Int64:
                    tensor.Int64Data.Add(BinaryPrimitives.ReadInt64LittleEndian(element));
                    break;
                case ElementType.UInt64:
                    tensor.Uint64Data.Add(BinaryPrimitives.ReadUInt64LittleEndian(element));
                    break;
                case ElementType.UInt32:
                    tensor.Uint64Data.Add(BinaryPrimitives.ReadUInt32LittleEndian(element));
                    break;
                case ElementType.Int32:
                    tensor.Int32Data.Add(BinaryPrimitives.ReadInt32LittleEndian(element));
                    break;
                case ElementType.Int16:
                    tensor.Int32Data.Add(BinaryPrimitives.ReadInt16LittleEndian(element));
                    break;
                case ElementType.Int8:
                    tensor.Int32Data.Add(unchecked((sbyte)element[0]));
                    break;
                case ElementType.UInt8 or ElementType.Boolean:
                    tensor.Int32Data.Add(element[0]);
                    break;
                default:
                    tensor.Int32Data.Add(BinaryPrimitives.ReadUInt16LittleEndian(element));
                    break;
            }
        }

        tensor.ClearRawData();
    }

    public static void ToExternal(TensorProto tensor, string location, MemoryStream file)
    {
        tensor.DataLocation = 1;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{file.Position}" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{tensor.RawData.Length}" });
        file.Write(tensor.RawData.Span);
        tensor.ClearRawData();
    }

    /// <summary>Gets what protoc's reader makes of the file of a model.</summary>
    public static ModelProto ProtoOf(OnnxModel model) => ModelProto.Parser.ParseFrom(model.ToBytes());

    public static IEnumerable<TensorProto> Tensors(ModelProto model) =>
        model.Graph.Initializer.Concat(model.Graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.T is not null).Select(attribute => attribute.T));

    public static byte[] Bytes(ModelProto model) => model.ToByteArray();
}
