using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>Opens a tensor commitment as far as a dispute needs it: type and shape always, and the chunks that hold the elements that are read. Immutable and thread-safe.</summary>
/// <remarks>Nothing is given out but against the commitment it belongs to (<see cref="TryOpen"/>). Chunks have <see cref="TensorHeader.DefaultChunkSize"/> bytes.</remarks>
public sealed class TensorEvidence : ICanonical<TensorEvidence>
{
    /// <summary>The largest number of chunks: 4096.</summary>
    public const int MaxChunks = 4096;

    private const string Domain = "vinf/tensor-evidence/v1";

    /// <summary>Creates evidence from its parts.</summary>
    /// <param name="header">The type, shape and layout.</param>
    /// <param name="root">The root over all chunks of the tensor.</param>
    /// <param name="chunks">Openings of some chunks, in ascending order.</param>
    /// <exception cref="ArgumentException">A chunk is of another tensor or out of order, there are too many, or chunks are not of the default size.</exception>
    public TensorEvidence(TensorHeader header, Digest root, ImmutableArray<TensorChunkOpening> chunks)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (!AreAllowed(header, chunks))
        {
            throw new ArgumentException(
                $"Expected at most {MaxChunks} chunks of this tensor in ascending order, of {TensorHeader.DefaultChunkSize} bytes, got {(chunks.IsDefault ? "none stated" : chunks.Length)}.", nameof(chunks));
        }

        Header = header;
        Root = root;
        Chunks = chunks;
    }

    /// <summary>Gets the type, shape and layout; they say something about a tensor only after <see cref="TryOpen"/>.</summary>
    public TensorHeader Header { get; }

    /// <summary>Gets the root over all chunks of the tensor.</summary>
    public Digest Root { get; }

    /// <summary>Gets the openings, in ascending order of the chunks.</summary>
    public ImmutableArray<TensorChunkOpening> Chunks { get; }

    /// <summary>Gets the commitment that type, shape, layout and root give: the one that this is evidence of.</summary>
    public Digest Commitment => Header.Commit(Root);

    /// <summary>Opens the type and shape of a tensor, and chunks of it.</summary>
    /// <param name="commitment">The tensor's commitment.</param>
    /// <param name="chunks">The chunks' indices in any order; doubles are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chunk.</exception>
    /// <exception cref="ArgumentException">There are too many chunks, or the commitment's are not of the default size.</exception>
    public static TensorEvidence Of(TensorCommitment commitment, params IEnumerable<long> chunks)
    {
        ArgumentNullException.ThrowIfNull(commitment);
        ArgumentNullException.ThrowIfNull(chunks);
        return new TensorEvidence(commitment.Header, commitment.Root, [.. chunks.Distinct().Order().Select(commitment.Open)]);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TensorEvidence? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        TensorHeader? header = reader.Read<TensorHeader>();
        Digest root = reader.ReadDigest();
        ImmutableArray<TensorChunkOpening> chunks = reader.ReadList<TensorChunkOpening>(MaxChunks);
        if (reader.Failed || header is null || !AreAllowed(header, chunks))
        {
            reader.Fail();
            return false;
        }

        value = new TensorEvidence(header, root, chunks);
        return true;
    }

    /// <summary>Gives the tensor, as far as it is open, if everything belongs to the commitment.</summary>
    public bool TryOpen(Digest commitment, [NotNullWhen(true)] out OpenedTensor? tensor)
    {
        tensor = null;
        if (Commitment != commitment)
        {
            return false;
        }

        var bytes = new ReadOnlyMemory<byte>[Chunks.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (!Chunks[i].TryVerify(commitment, out bytes[i]))
            {
                return false;
            }
        }

        tensor = new OpenedTensor(Header, [.. Chunks.Select(static chunk => chunk.Chunk)], bytes);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Header.WriteTo(ref writer);
        writer.WriteDigest(Root);
        writer.WriteList(Chunks);
    }

    private static bool AreAllowed(TensorHeader header, ImmutableArray<TensorChunkOpening> chunks)
    {
        if (header.ChunkSize != TensorHeader.DefaultChunkSize || chunks.IsDefault || chunks.Length > MaxChunks)
        {
            return false;
        }

        for (int i = 0; i < chunks.Length; i++)
        {
            if (chunks[i].Header != header || (i > 0 && chunks[i].Chunk <= chunks[i - 1].Chunk))
            {
                return false;
            }
        }

        return true;
    }
}
