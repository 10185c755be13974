namespace Verifiable.Inference.Keys.Formats;

/// <summary>What a private key in PKCS #8 form is for.</summary>
internal enum PrivateKeyKind
{
    /// <summary>For nothing that is known here, or no private key.</summary>
    Unknown,

    /// <summary>Ed25519.</summary>
    Ed25519,

    /// <summary>An elliptic curve: secp256k1.</summary>
    Secp256k1,

    /// <summary>An elliptic curve: P-256.</summary>
    P256,
}
