using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Keys.Edwards;

/// <summary>Verifies Ed25519 strictly, and the same signatures whichever library does the arithmetic. Thread-safe.</summary>
internal sealed class Ed25519Scheme(IEd25519Library library) : ISignatureScheme
{
    private readonly Ed25519KeyCache _keys = new();

    /// <inheritdoc/>
    public string Name => Ed25519.Name;

    /// <summary>Gets the library.</summary>
    public IEd25519Library Library => library;

    /// <inheritdoc/>
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == Ed25519.PublicKeySize
        && signature.Length == Ed25519.SignatureSize
        && Ed25519Encoding.IsScalar(signature[Ed25519Encoding.Size..])
        && Ed25519Encoding.IsLargePoint(signature[..Ed25519Encoding.Size])
        && Ed25519Encoding.IsLargePoint(publicKey)
        && _keys.IsValid(publicKey, library)
        && library.Verify(publicKey, message, signature);
}
