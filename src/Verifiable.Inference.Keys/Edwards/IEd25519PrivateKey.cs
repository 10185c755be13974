namespace Verifiable.Inference.Keys.Edwards;

/// <summary>A private key in the form that a native library signs with. Thread-safe; disposing it erases the key once nobody uses it.</summary>
internal interface IEd25519PrivateKey : IDisposable
{
    /// <summary>Writes the public key, 32 bytes.</summary>
    void CopyPublicKeyTo(Span<byte> destination);

    /// <summary>Signs a message; the public key that goes into the hash is always the private key's own.</summary>
    /// <exception cref="ObjectDisposedException">The key was erased.</exception>
    void Sign(ReadOnlySpan<byte> message, Span<byte> signature);
}
