using System.Buffers.Binary;

namespace Verifiable.Inference.Commitments;

/// <summary>A node of a <see cref="WeightTree"/>: its digest and the sum of the weights below it. <c>default</c> stands for nothing.</summary>
/// <param name="Digest">The digest.</param>
/// <param name="Sum">The sum of the weights.</param>
public readonly record struct WeightNode(Digest Digest, ulong Sum)
{
    /// <summary>The size in bytes: 40.</summary>
    public const int Size = Commitments.Digest.Size + sizeof(ulong);

    /// <summary>Writes digest and sum.</summary>
    internal void CopyTo(Span<byte> destination)
    {
        Digest.CopyTo(destination);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[Commitments.Digest.Size..], Sum);
    }
}
