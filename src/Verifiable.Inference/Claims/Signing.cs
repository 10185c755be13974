using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>Signs canonical bodies.</summary>
public static class Signing
{
    /// <summary>Signs an envelope alone.</summary>
    public static SignedEnvelope Sign(this ISigner signer, TaskEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(envelope);
        return SignedEnvelope.SignAll(signer, [envelope])[0];
    }

    /// <summary>Signs envelopes of one requester by one signature. Recipients who compare theirs see that they were signed together, so only envelopes that may be known to belong
    /// together are signed by this.</summary>
    /// <param name="signer">The requester's key.</param>
    /// <param name="envelopes">One envelope or more.</param>
    /// <returns>The signed envelopes, in the same order.</returns>
    /// <exception cref="ArgumentException">There is no envelope.</exception>
    public static ImmutableArray<SignedEnvelope> SignTogether(this ISigner signer, IReadOnlyList<TaskEnvelope> envelopes)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(envelopes);
        if (envelopes.Count == 0)
        {
            throw new ArgumentException("Expected one envelope or more, got none.", nameof(envelopes));
        }

        return SignedEnvelope.SignAll(signer, envelopes);
    }

    /// <summary>Signs the canonical encoding of a body.</summary>
    public static Signed<TBody> Sign<TBody>(this ISigner signer, TBody body)
        where TBody : ICanonical<TBody>
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(body);
        CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
        body.WriteTo(ref writer);
        byte[] signature = signer.Sign(writer.Written);
        writer.Dispose();
        return new Signed<TBody>(body, signer.PublicKey, new OpaqueBytes(signature));
    }
}
