using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Disputes;

/// <summary>One move of one party in one game. The party signs it. Immutable.</summary>
/// <remarks>It names ledger, task and game, so that it counts nowhere else, and it carries what it is about, so that it means the same whatever came before it.</remarks>
public sealed class DisputeMove : ICanonical<DisputeMove>
{
    private const string Domain = "vinf/dispute-move/v1";

    private DisputeMove(DisputeOpening game, NodeId author, DisputeMoveKind kind)
        : this(game.Ledger, game.Task, game.Game, author, kind)
    {
    }

    private DisputeMove(NodeId ledger, Digest task, Digest game, NodeId author, DisputeMoveKind kind)
    {
        Ledger = ledger;
        Task = task;
        Game = game;
        Author = author;
        Kind = kind;
    }

    /// <summary>Gets the ledger on which the claim is posted.</summary>
    public NodeId Ledger { get; }

    /// <summary>Gets the digest of the envelope that the claim answers.</summary>
    public Digest Task { get; }

    /// <summary>Gets the game.</summary>
    public Digest Game { get; }

    /// <summary>Gets who moves.</summary>
    public NodeId Author { get; }

    /// <summary>Gets what is done; it says which of the following is there.</summary>
    public DisputeMoveKind Kind { get; }

    /// <summary>Gets the leaves of <see cref="DisputeMoveKind.RevealTrace"/>.</summary>
    public TracePiece? Leaves { get; private init; }

    /// <summary>Gets the name of <see cref="DisputeMoveKind.NameOutput"/>.</summary>
    public OutputName? Name { get; private init; }

    /// <summary>Gets the digests of <see cref="DisputeMoveKind.RevealChunks"/>.</summary>
    public ChunkPiece? Digests { get; private init; }

    /// <summary>Gets the commitment that <see cref="DisputeMoveKind.NameChunk"/> is about.</summary>
    public Digest Commitment { get; private init; }

    /// <summary>Gets the index of the chunk that <see cref="DisputeMoveKind.NameChunk"/> names; 0 for other moves.</summary>
    public long Chunk { get; private init; }

    /// <summary>Gets the chunk of <see cref="DisputeMoveKind.RevealChunk"/>.</summary>
    public TensorChunkOpening? Bytes { get; private init; }

    /// <summary>Gets the accusation of <see cref="DisputeMoveKind.Accuse"/>.</summary>
    public Accusation? Accusation { get; private init; }

    /// <summary>Gets the salt of the accusation's seal; <see langword="null"/> where the accusation is made in turn.</summary>
    public Digest? Salt { get; private init; }

    /// <summary>Makes a move that shows leaves of the trace.</summary>
    public static DisputeMove RevealTrace(DisputeOpening game, NodeId author, TracePiece leaves)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(leaves);
        return new DisputeMove(game, author, DisputeMoveKind.RevealTrace) { Leaves = leaves };
    }

    /// <summary>Makes a move that names an output.</summary>
    public static DisputeMove NameOutput(DisputeOpening game, NodeId author, OutputName name)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(name);
        return new DisputeMove(game, author, DisputeMoveKind.NameOutput) { Name = name };
    }

    /// <summary>Makes a move that shows the digests of chunks.</summary>
    public static DisputeMove RevealChunks(DisputeOpening game, NodeId author, ChunkPiece digests)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(digests);
        return new DisputeMove(game, author, DisputeMoveKind.RevealChunks) { Digests = digests };
    }

    /// <summary>Makes a move that names a chunk of a committed tensor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static DisputeMove NameChunk(DisputeOpening game, NodeId author, Digest commitment, long chunk)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentOutOfRangeException.ThrowIfNegative(chunk);
        return new DisputeMove(game, author, DisputeMoveKind.NameChunk) { Commitment = commitment, Chunk = chunk };
    }

    /// <summary>Makes a move that shows a chunk.</summary>
    public static DisputeMove RevealChunk(DisputeOpening game, NodeId author, TensorChunkOpening bytes)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(bytes);
        return new DisputeMove(game, author, DisputeMoveKind.RevealChunk) { Bytes = bytes };
    }

    /// <summary>Makes a move that accuses.</summary>
    /// <param name="game">The game.</param>
    /// <param name="author">Who moves.</param>
    /// <param name="accusation">The accusation.</param>
    /// <param name="salt">The salt of the seal in the opening; <see langword="null"/> for an accusation in turn.</param>
    public static DisputeMove Accuse(DisputeOpening game, NodeId author, Accusation accusation, Digest? salt = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(accusation);
        return new DisputeMove(game, author, DisputeMoveKind.Accuse) { Accusation = accusation, Salt = salt };
    }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out DisputeMove? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        NodeId ledger = reader.Read<NodeId>();
        Digest task = reader.ReadDigest();
        Digest game = reader.ReadDigest();
        NodeId author = reader.Read<NodeId>();
        var kind = (DisputeMoveKind)reader.ReadByte();
        DisputeMove move = new(ledger, task, game, author, kind);
        switch (kind)
        {
            case DisputeMoveKind.RevealTrace:
                move = new(ledger, task, game, author, kind) { Leaves = reader.Read<TracePiece>() };
                break;
            case DisputeMoveKind.NameOutput:
                move = new(ledger, task, game, author, kind) { Name = reader.Read<OutputName>() };
                break;
            case DisputeMoveKind.RevealChunks:
                move = new(ledger, task, game, author, kind) { Digests = reader.Read<ChunkPiece>() };
                break;
            case DisputeMoveKind.NameChunk:
                move = new(ledger, task, game, author, kind) { Commitment = reader.ReadDigest(), Chunk = reader.ReadInt64() };
                break;
            case DisputeMoveKind.RevealChunk:
                move = new(ledger, task, game, author, kind) { Bytes = reader.Read<TensorChunkOpening>() };
                break;
            case DisputeMoveKind.Accuse:
                Accusation? accusation = reader.Read<Accusation>();
                move = new(ledger, task, game, author, kind) { Accusation = accusation, Salt = reader.ReadBoolean() ? reader.ReadDigest() : null };
                break;
            default:
                reader.Fail();
                break;
        }

        if (reader.Failed || move.Chunk < 0)
        {
            reader.Fail();
            return false;
        }

        value = move;
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        writer.WriteDigest(Task);
        writer.WriteDigest(Game);
        Author.WriteTo(ref writer);
        writer.WriteByte((byte)Kind);
        Leaves?.WriteTo(ref writer);
        Name?.WriteTo(ref writer);
        Digests?.WriteTo(ref writer);
        if (Kind == DisputeMoveKind.NameChunk)
        {
            writer.WriteDigest(Commitment);
            writer.WriteInt64(Chunk);
        }

        Bytes?.WriteTo(ref writer);
        if (Accusation is not null)
        {
            Accusation.WriteTo(ref writer);
            writer.WriteBoolean(Salt is not null);
            if (Salt is { } salt)
            {
                writer.WriteDigest(salt);
            }
        }
    }
}
