using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Disputes;

/// <summary>Begins a dispute over a claim. The challenger signs it; its digest is the game's id, so that nothing said in one game counts in another.</summary>
public sealed record DisputeOpening : ICanonical<DisputeOpening>
{
    private const string Domain = "vinf/dispute-opening/v2";
    private const string SealDomain = "vinf/dispute-seal/v1";

    /// <summary>Gets the ledger on which the claim is posted.</summary>
    public required NodeId Ledger { get; init; }

    /// <summary>Gets the digest of the envelope that the claim answers.</summary>
    public required Digest Task { get; init; }

    /// <summary>Gets the digest of the claim's body.</summary>
    public required Digest Claim { get; init; }

    /// <summary>Gets who challenges.</summary>
    public required NodeId Challenger { get; init; }

    /// <summary>Gets the digest of the clocks and bonds that the game is played by; one that names others is refused. Every move names the opening by its digest, so that both parties sign them.</summary>
    public Digest Terms { get; init; }

    /// <summary>Gets a value that no other opening of this challenger has.</summary>
    public required Digest Nonce { get; init; }

    /// <summary>Gets the seal of an accusation that the challenger could make at once, or <see langword="null"/> where it has none yet.</summary>
    public Digest? Seal { get; init; }

    /// <summary>Gets the game's id: the digest of the canonical encoding.</summary>
    public Digest Game => this.ToDigest();

    /// <summary>Computes the seal of an accusation: it binds the accusation to who makes it, and hides it until it is made.</summary>
    /// <param name="challenger">Who will accuse.</param>
    /// <param name="salt">32 random bytes.</param>
    /// <param name="accusation">The accusation.</param>
    public static Digest ComputeSeal(NodeId challenger, Digest salt, Accusation accusation)
    {
        ArgumentNullException.ThrowIfNull(accusation);
        CanonicalWriter writer = new(stackalloc byte[256]);
        writer.WriteDomain(SealDomain);
        challenger.WriteTo(ref writer);
        writer.WriteDigest(salt);
        writer.WriteDigest(accusation.ToDigest());
        Digest seal = writer.ToDigest();
        writer.Dispose();
        return seal;
    }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out DisputeOpening? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        NodeId ledger = reader.Read<NodeId>();
        Digest task = reader.ReadDigest();
        Digest claim = reader.ReadDigest();
        NodeId challenger = reader.Read<NodeId>();
        Digest terms = reader.ReadDigest();
        Digest nonce = reader.ReadDigest();
        Digest? seal = reader.ReadBoolean() ? reader.ReadDigest() : null;
        if (reader.Failed)
        {
            return false;
        }

        value = new DisputeOpening { Ledger = ledger, Task = task, Claim = claim, Challenger = challenger, Terms = terms, Nonce = nonce, Seal = seal };
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        writer.WriteDigest(Task);
        writer.WriteDigest(Claim);
        Challenger.WriteTo(ref writer);
        writer.WriteDigest(Terms);
        writer.WriteDigest(Nonce);
        writer.WriteBoolean(Seal is not null);
        if (Seal is { } seal)
        {
            writer.WriteDigest(seal);
        }
    }
}
