using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>A claim with the signature over its <see cref="ClaimCommitment"/>. One signature serves the ledger, which sees the digest, and the requester, who sees the claim.</summary>
public sealed class SignedClaim : IEquatable<SignedClaim>, ICanonical<SignedClaim>
{
    /// <summary>Puts a claim and a signature together without checking them.</summary>
    public SignedClaim(InferenceClaim body, PublicKey signer, OpaqueBytes signature)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(signature);
        Body = body;
        Posting = new Signed<ClaimCommitment>(body.Commitment, signer, signature);
    }

    // The posting is that of the claim.
    private SignedClaim(InferenceClaim body, Signed<ClaimCommitment> posting)
    {
        Body = body;
        Posting = posting;
    }

    /// <summary>Gets the claim.</summary>
    public InferenceClaim Body { get; }

    /// <summary>Gets what is posted on the ledger.</summary>
    public Signed<ClaimCommitment> Posting { get; }

    /// <summary>Signs a claim.</summary>
    public static SignedClaim Sign(InferenceClaim body, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(signer);
        return new SignedClaim(body, signer.Sign(body.Commitment));
    }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out SignedClaim? value)
    {
        value = null;
        InferenceClaim? body = reader.Read<InferenceClaim>();
        PublicKey? signer = reader.Read<PublicKey>();
        ReadOnlySpan<byte> signature = reader.ReadShortBytes();
        if (reader.Failed || body is null || signer is null)
        {
            return false;
        }

        value = new SignedClaim(body, signer, new OpaqueBytes(signature));
        return true;
    }

    /// <summary>Tells whether the signature is valid and the key is that of the provider the claim names.</summary>
    public bool IsValid(SignatureSchemes schemes) => Posting.IsValidFrom(Body.Provider, schemes);

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        Body.WriteTo(ref writer);
        Posting.Signer.WriteTo(ref writer);
        writer.WriteShortBytes(Posting.Signature.Span);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] SignedClaim? other) => other is not null && Body.Equals(other.Body) && Posting.Equals(other.Posting);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SignedClaim);

    /// <inheritdoc/>
    public override int GetHashCode() => Body.GetHashCode();
}
