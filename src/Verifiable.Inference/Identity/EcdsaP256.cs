namespace Verifiable.Inference.Identity;

/// <summary>
/// ECDSA over P-256 with SHA-256 (FIPS 186-5, SEC 1). A public key has one encoding, the compressed point of SEC 1, section 2.3.3; a signature has one encoding,
/// r and s of 32 bytes each, big-endian, with s in the lower half of the group's order, because (r, n − s) would be a second signature of the same message.
/// </summary>
public static class EcdsaP256
{
    /// <summary>The scheme's name on the wire: <c>p256</c>.</summary>
    public const string Name = "p256";

    /// <summary>The size of a public key in bytes: 33.</summary>
    public const int PublicKeySize = 33;

    /// <summary>The size of a signature in bytes: 64.</summary>
    public const int SignatureSize = 64;

    /// <summary>Gets the scheme. Thread-safe; it keeps the keys it met last, at most some thousand.</summary>
    public static ISignatureScheme Scheme { get; } = new EcdsaP256Scheme();
}
