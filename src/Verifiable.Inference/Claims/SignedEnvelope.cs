using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// An envelope with its requester's signature, which it may share with others that were signed at once: what is signed is the root of a Merkle tree over them, and each comes with
/// its place in the tree. So the envelopes of a committee cost one signature and one verification. Immutable; equal by content. Reading one does not check it: call <see cref="IsValid"/>.
/// </summary>
/// <remarks>
/// A leaf of the tree is the envelope's digest and its <see cref="TaskEnvelope.Binding"/>, which nobody but requester and recipient knows: the digests beside a place do not tell which tasks they
/// are of. Two recipients who compare their envelopes do see that they were signed together, and the number of leaves. An envelope that is signed alone has a place of its own form, leaf 0 of 1.
/// Assumption: SHA-256 is collision-resistant. That the signature covers others takes nothing from it: it names no order, price or provider but those of each envelope itself.
/// </remarks>
public sealed class SignedEnvelope : IEquatable<SignedEnvelope>, ICanonical<SignedEnvelope>
{
    private const string Domain = "vinf/envelopes/v1";

    /// <summary>Puts an envelope, its place and a signature together without checking them.</summary>
    public SignedEnvelope(TaskEnvelope body, MerkleProof place, PublicKey signer, OpaqueBytes signature)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(signature);
        Body = body;
        Place = place;
        Signer = signer;
        Signature = signature;
    }

    /// <summary>Gets the envelope.</summary>
    public TaskEnvelope Body { get; }

    /// <summary>Gets the envelope's place in the tree whose root is signed.</summary>
    public MerkleProof Place { get; }

    /// <summary>Gets the key that is said to have signed.</summary>
    public PublicKey Signer { get; }

    /// <summary>Gets the signature.</summary>
    public OpaqueBytes Signature { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out SignedEnvelope? value)
    {
        value = null;
        TaskEnvelope? body = reader.Read<TaskEnvelope>();
        MerkleProof? place = reader.Read<MerkleProof>();
        PublicKey? signer = reader.Read<PublicKey>();
        ReadOnlySpan<byte> signature = reader.ReadShortBytes();
        if (reader.Failed || body is null || place is null || signer is null)
        {
            return false;
        }

        value = new SignedEnvelope(body, place, signer, new OpaqueBytes(signature));
        return true;
    }

    /// <summary>Tells whether the envelope stands at its place under a root that the requester it names has signed.</summary>
    /// <param name="schemes">The signature schemes that are accepted.</param>
    public bool IsValid(SignatureSchemes schemes)
    {
        ArgumentNullException.ThrowIfNull(schemes);
        if (Signer.Id != Body.Requester)
        {
            return false;
        }

        CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
        WriteMessage(ref writer, Place.ComputeRoot(LeafOf(Place.Index, Body)));
        bool valid = schemes.Verify(Signer, writer.Written, Signature.Span);
        writer.Dispose();
        return valid;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        Body.WriteTo(ref writer);
        Place.WriteTo(ref writer);
        Signer.WriteTo(ref writer);
        writer.WriteShortBytes(Signature.Span);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] SignedEnvelope? other) =>
        other is not null && Body.Equals(other.Body) && Place.Equals(other.Place) && Signer.Equals(other.Signer) && Signature.Equals(other.Signature);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SignedEnvelope);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Body, Signature);

    /// <summary>Signs envelopes of one requester by one signature.</summary>
    internal static ImmutableArray<SignedEnvelope> SignAll(ISigner requester, IReadOnlyList<TaskEnvelope> envelopes)
    {
        MerkleTree tree = MerkleTree.OfLeafDigests([.. envelopes.Select(static (envelope, index) => LeafOf(index, envelope))]);
        CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
        WriteMessage(ref writer, tree.Root);
        OpaqueBytes signature = new(requester.Sign(writer.Written));
        writer.Dispose();
        return [.. envelopes.Select((envelope, index) => new SignedEnvelope(envelope, tree.Prove(index), requester.PublicKey, signature))];
    }

    private static Digest LeafOf(long index, TaskEnvelope envelope)
    {
        Span<byte> leaf = stackalloc byte[2 * Digest.Size];
        envelope.Digest.CopyTo(leaf);
        envelope.Binding.CopyTo(leaf[Digest.Size..]);
        return MerkleTree.HashLeaf(index, leaf);
    }

    private static void WriteMessage(ref CanonicalWriter writer, Digest root)
    {
        writer.WriteDomain(Domain);
        writer.WriteDigest(root);
    }
}
