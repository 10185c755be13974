namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>The arithmetic of ECDSA over secp256k1 as a native library offers it. Thread-safe.</summary>
internal interface ISecp256k1Library
{
    /// <summary>The size of an uncompressed public key in bytes: 0x04, x, y.</summary>
    const int UncompressedKeySize = 65;

    /// <summary>Gets the library's name for people.</summary>
    string Name { get; }

    /// <summary>Computes the public key of a private key that is above 0 and below n.</summary>
    void CopyPublicKeyTo(ReadOnlySpan<byte> privateKey, Span<byte> uncompressed);

    /// <summary>Signs a digest of 32 bytes: r, s in the lower half, and the recovery id, which is 0 or 1.</summary>
    /// <param name="privateKey">The private key.</param>
    /// <param name="publicKey">Its public key, uncompressed.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="signature">Takes r and s, 64 bytes.</param>
    /// <returns>The recovery id.</returns>
    int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, Span<byte> signature);

    /// <summary>Finds the public key under which a signature (r, s both above 0 and below n; recovery id 0 or 1) of a digest is valid (SEC 1, section 4.1.6).</summary>
    /// <returns><see langword="false"/> when there is none.</returns>
    bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recoveryId, Span<byte> uncompressed);
}
