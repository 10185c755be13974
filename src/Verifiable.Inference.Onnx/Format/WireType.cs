namespace Verifiable.Inference.Onnx.Format;

/// <summary>The wire types of protobuf, the low three bits of a tag.</summary>
internal static class WireType
{
    /// <summary>An integer in seven bits a byte.</summary>
    internal const uint Varint = 0;

    /// <summary>Eight bytes.</summary>
    internal const uint Fixed64 = 1;

    /// <summary>A length and so many bytes.</summary>
    internal const uint Bytes = 2;

    /// <summary>Four bytes.</summary>
    internal const uint Fixed32 = 5;

    /// <summary>How many bits the wire type takes in a tag.</summary>
    internal const int TagBits = 3;
}
