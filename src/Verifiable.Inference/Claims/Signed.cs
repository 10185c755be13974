using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// A body with a signature over its canonical encoding. Immutable. Reading one does not check the signature: call <see cref="IsValidFrom"/>. The digest that
/// names a signed thing is always its body's: signatures can be made again, with other bits.
/// </summary>
/// <typeparam name="TBody">The type of the body, whose encoding begins with its domain label.</typeparam>
public sealed class Signed<TBody> : IEquatable<Signed<TBody>>, ICanonical<Signed<TBody>>
    where TBody : ICanonical<TBody>
{
    /// <summary>Puts a body and a signature together without checking them.</summary>
    public Signed(TBody body, PublicKey signer, OpaqueBytes signature)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(signature);
        Body = body;
        Signer = signer;
        Signature = signature;
    }

    /// <summary>Gets what is signed.</summary>
    public TBody Body { get; }

    /// <summary>Gets the key that is said to have signed.</summary>
    public PublicKey Signer { get; }

    /// <summary>Gets the signature.</summary>
    public OpaqueBytes Signature { get; }

    /// <inheritdoc/>
    static bool ICanonical<Signed<TBody>>.TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out Signed<TBody>? value)
    {
        value = null;
        TBody? body = reader.Read<TBody>();
        PublicKey? signer = reader.Read<PublicKey>();
        ReadOnlySpan<byte> signature = reader.ReadShortBytes();
        if (reader.Failed || body is null || signer is null)
        {
            return false;
        }

        value = new Signed<TBody>(body, signer, new OpaqueBytes(signature));
        return true;
    }

    /// <summary>Tells whether the signature is valid and the key is this node's.</summary>
    public bool IsValidFrom(NodeId node, SignatureSchemes schemes)
    {
        ArgumentNullException.ThrowIfNull(schemes);
        if (Signer.Id != node)
        {
            return false;
        }

        CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
        Body.WriteTo(ref writer);
        bool valid = schemes.Verify(Signer, writer.Written, Signature.Span);
        writer.Dispose();
        return valid;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        Body.WriteTo(ref writer);
        Signer.WriteTo(ref writer);
        writer.WriteShortBytes(Signature.Span);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] Signed<TBody>? other) =>
        other is not null && Signer.Equals(other.Signer) && Signature.Equals(other.Signature) && Body.ToDigest() == other.Body.ToDigest();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Signed<TBody>);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Signer, Signature);
}
