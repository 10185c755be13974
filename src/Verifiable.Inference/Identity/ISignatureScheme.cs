namespace Verifiable.Inference.Identity;

/// <summary>Verifies signatures of one scheme. Implementations are stateless and thread-safe, and never throw on bytes from outside.</summary>
public interface ISignatureScheme
{
    /// <summary>Gets the scheme's name on the wire, for example <c>p256</c>.</summary>
    string Name { get; }

    /// <summary>Tells whether a signature is the holder's of this key on this message, in its one accepted encoding.</summary>
    bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}
