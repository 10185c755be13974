using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>Opens one chunk of a tensor commitment. Immutable and thread-safe; the bytes are given out only against the commitment they belong to.</summary>
/// <remarks>An opening that was read obeys all rules but the digest itself: the header is well-formed, the proof is one for the header's number of chunks, the
/// bytes are as many as that chunk has, no element is a NaN of other bits than the canonical one, no Boolean is above 1.</remarks>
public sealed class TensorChunkOpening : ICanonical<TensorChunkOpening>
{
    private const string Domain = "vinf/tensor-chunk/v1";

    private readonly byte[] _bytes;

    internal TensorChunkOpening(TensorHeader header, MerkleProof proof, byte[] bytes)
    {
        Header = header;
        Proof = proof;
        _bytes = bytes;
    }

    /// <summary>Gets the type, shape, layout and chunk size of the tensor.</summary>
    public TensorHeader Header { get; }

    /// <summary>Gets the index of the chunk.</summary>
    public long Chunk => Proof.Index;

    /// <summary>Gets the proof that the chunk is at its place.</summary>
    public MerkleProof Proof { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TensorChunkOpening? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        TensorHeader? header = reader.Read<TensorHeader>();
        MerkleProof? proof = reader.Read<MerkleProof>();
        ReadOnlySpan<byte> bytes = reader.ReadBytes(TensorHeader.MaxChunkSize);
        if (reader.Failed || header is null || proof is null || proof.Count != header.ChunkCount || bytes.Length != header.LengthOf(proof.Index)
            || !AreAllowed(header.Type, bytes))
        {
            reader.Fail();
            return false;
        }

        value = new TensorChunkOpening(header, proof, bytes.ToArray());
        return true;
    }

    /// <summary>Gives the chunk's bytes if they belong to the commitment.</summary>
    /// <param name="commitment">The commitment to the whole tensor.</param>
    /// <param name="bytes">The elements of the chunk in committed order, little-endian; empty when the answer is <see langword="false"/>.</param>
    public bool TryVerify(Digest commitment, out ReadOnlyMemory<byte> bytes)
    {
        bool verified = Header.Commit(Proof.ComputeRoot(MerkleTree.HashLeaf(Proof.Index, _bytes))) == commitment;
        bytes = verified ? _bytes : default(ReadOnlyMemory<byte>);
        return verified;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Header.WriteTo(ref writer);
        Proof.WriteTo(ref writer);
        writer.WriteBytes(_bytes);
    }

    private static bool AreAllowed(ElementType type, ReadOnlySpan<byte> bytes) => type == ElementType.Boolean
        ? !bytes.ContainsAnyExceptInRange((byte)0, (byte)1)
        : !CanonicalNaN.HasOther(type, bytes);
}
