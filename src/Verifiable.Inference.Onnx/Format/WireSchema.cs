namespace Verifiable.Inference.Onnx.Format;

/// <summary>Tells which fields of the schema of ONNX's protobuf schema are read, and which become objects.</summary>
internal static class WireSchema
{
    /// <summary>Gets what a length-delimited field holds.</summary>
    public static WireRecord ChildOf(WireRecord record, int field) => (record, field) switch
    {
        (WireRecord.Model, 7) => WireRecord.Graph,
        (WireRecord.Model, 8) => WireRecord.Opset,
        (WireRecord.Model, 25) => WireRecord.Bytes,
        (WireRecord.Opset, 1) => WireRecord.Text,
        (WireRecord.Graph, 1) => WireRecord.Node,
        (WireRecord.Graph, 5) => WireRecord.Tensor,
        (WireRecord.Graph, 11 or 12) => WireRecord.Value,
        (WireRecord.Graph, 15) => WireRecord.Bytes,
        (WireRecord.Node, 1 or 2 or 3 or 4 or 7 or 8) => WireRecord.Text,
        (WireRecord.Node, 5) => WireRecord.Attribute,
        (WireRecord.Attribute, 1 or 21) => WireRecord.Text,
        (WireRecord.Attribute, 5) => WireRecord.Tensor,
        (WireRecord.Attribute, 6) => WireRecord.Graph,
        (WireRecord.Attribute, 9 or 10 or 11 or 15 or 23) => WireRecord.Bytes,
        (WireRecord.Tensor, 6 or 9) => WireRecord.Bytes,
        (WireRecord.Tensor, 8) => WireRecord.Text,
        (WireRecord.Tensor, 13) => WireRecord.Entry,
        (WireRecord.Value, 1) => WireRecord.Text,
        (WireRecord.Value, 2) => WireRecord.Type,
        (WireRecord.Type, 1) => WireRecord.TensorType,
        (WireRecord.TensorType, 2) => WireRecord.Shape,
        (WireRecord.Shape, 1) => WireRecord.Dimension,
        (WireRecord.Dimension, 2) => WireRecord.Text,
        (WireRecord.Entry, 1 or 2) => WireRecord.Text,
        _ => WireRecord.None,
    };

    /// <summary>Gets the list of numbers that a field is; <see langword="null"/> where it is none.</summary>
    public static WireList? ListOf(WireRecord record, int field) => (record, field) switch
    {
        (WireRecord.Tensor, 1) => TensorRecord.DimsList,
        (WireRecord.Tensor, 4) => TensorRecord.FloatList,
        (WireRecord.Tensor, 5) => TensorRecord.Int32List,
        (WireRecord.Tensor, 7) => TensorRecord.Int64List,
        (WireRecord.Tensor, 10) => TensorRecord.DoubleList,
        (WireRecord.Tensor, 11) => TensorRecord.UInt64List,
        (WireRecord.Attribute, 7) => AttributeRecord.FloatsList,
        (WireRecord.Attribute, 8) => AttributeRecord.IntsList,
        _ => null,
    };

    /// <summary>Gets the name that ONNX gives to a record.</summary>
    public static string NameOf(WireRecord record) => record switch
    {
        WireRecord.Opset => "an OperatorSetIdProto",
        WireRecord.Value => "a ValueInfoProto",
        WireRecord.Type or WireRecord.TensorType => "a TypeProto",
        WireRecord.Shape or WireRecord.Dimension => "a TensorShapeProto",
        WireRecord.Entry => "a StringStringEntryProto",
        _ => $"a {record}Proto",
    };
}
