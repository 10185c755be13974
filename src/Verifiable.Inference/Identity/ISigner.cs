namespace Verifiable.Inference.Identity;

/// <summary>
/// Signs with one private key. Implement it over any key you hold (a hardware key, NSec, Nethereum): two members. Implementations must be safe to call from
/// several threads at once.
/// </summary>
public interface ISigner
{
    /// <summary>Gets the public key, in the one encoding that the scheme accepts.</summary>
    PublicKey PublicKey { get; }

    /// <summary>Signs a message. The scheme hashes it; the message begins with the domain label of what is signed.</summary>
    /// <returns>The signature in the one encoding that the scheme accepts, at most 255 bytes.</returns>
    byte[] Sign(ReadOnlySpan<byte> message);
}
