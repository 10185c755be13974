using Google.Protobuf;
using Verifiable.Inference.Onnx.Tests.Wire;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Conformance;

/// <summary>Writes a tensor as the suite's files hold it.</summary>
internal static class TensorFile
{
    internal static byte[] Write(TensorValue tensor)
    {
        var proto = new TensorProto { DataType = (int)tensor.Type, RawData = ByteString.CopyFrom(tensor.Bytes.Span) };
        proto.Dims.AddRange(tensor.Shape.Lengths.ToArray());
        return proto.ToByteArray();
    }
}
