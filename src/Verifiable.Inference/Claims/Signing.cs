using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>Signs canonical bodies.</summary>
public static class Signing
{
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
