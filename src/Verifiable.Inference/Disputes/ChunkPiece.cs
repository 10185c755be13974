using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>The type and shape of a tensor, and the digests of consecutive chunks of it. Immutable.</summary>
public sealed class ChunkPiece : ICanonical<ChunkPiece>
{
    /// <summary>The largest number of digests of one piece, and the number that every piece but the last has: 4096.</summary>
    public const int MaxDigests = 4096;

    private const string Domain = "vinf/chunk-piece/v1";

    /// <summary>Creates a piece.</summary>
    /// <param name="header">The tensor's header.</param>
    /// <param name="first">The index of the first chunk.</param>
    /// <param name="digests">The digests; none only where the tensor has no chunks.</param>
    /// <exception cref="ArgumentException">The tensor has no such chunks, there are too many, or it has some and none is stated.</exception>
    public ChunkPiece(TensorHeader header, long first, ImmutableArray<Digest> digests)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (digests.IsDefault || !AreAllowed(header, first, digests.Length))
        {
            throw new ArgumentException($"Expected at most {MaxDigests} digests of chunks of the tensor, and some where it has chunks, got {(digests.IsDefault ? "none stated" : digests.Length)} from {first} on.", nameof(digests));
        }

        Header = header;
        First = first;
        Digests = digests;
    }

    /// <summary>Gets the tensor's header.</summary>
    public TensorHeader Header { get; }

    /// <summary>Gets the index of the first chunk.</summary>
    public long First { get; }

    /// <summary>Gets the digests.</summary>
    public ImmutableArray<Digest> Digests { get; }

    /// <summary>Computes the root over all chunks from all pieces, in their order.</summary>
    public static Digest ComputeRoot(params IEnumerable<ChunkPiece> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        TreeProgress tree = TreeProgress.Empty;
        foreach (ChunkPiece piece in pieces)
        {
            tree = tree.Add(piece.Digests);
        }

        return tree.Root;
    }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out ChunkPiece? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        TensorHeader? header = reader.Read<TensorHeader>();
        long first = reader.ReadInt64();
        int count = reader.ReadUInt16();
        if (reader.Failed || header is null || !AreAllowed(header, first, count) || reader.Remaining < count * Digest.Size)
        {
            reader.Fail();
            return false;
        }

        ImmutableArray<Digest>.Builder digests = ImmutableArray.CreateBuilder<Digest>(count);
        for (int i = 0; i < count; i++)
        {
            digests.Add(reader.ReadDigest());
        }

        value = new ChunkPiece(header, first, digests.MoveToImmutable());
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Header.WriteTo(ref writer);
        writer.WriteInt64(First);
        writer.WriteUInt16((ushort)Digests.Length);
        foreach (Digest digest in Digests)
        {
            writer.WriteDigest(digest);
        }
    }

    private static bool AreAllowed(TensorHeader header, long first, int count) =>
        count <= MaxDigests && first >= 0 && first <= header.ChunkCount - count && (count > 0 || header.ChunkCount == 0);
}
