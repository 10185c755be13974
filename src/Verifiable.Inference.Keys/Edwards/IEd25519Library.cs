namespace Verifiable.Inference.Keys.Edwards;

/// <summary>The arithmetic of Ed25519 as a native library offers it. Thread-safe.</summary>
internal interface IEd25519Library
{
    /// <summary>Gets the library's name for people.</summary>
    string Name { get; }

    /// <summary>Tells whether a point is canonical, on the curve, and in the group of prime order without its identity.</summary>
    bool IsValidPoint(ReadOnlySpan<byte> point);

    /// <summary>
    /// Tells whether S·B = R + h·A (RFC 8032, section 5.1.7, without the cofactor), for a valid point A, a canonical S, and an R that is canonical and not of
    /// small order.
    /// </summary>
    bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>Makes a key of the 32 bytes that RFC 8032 calls the private key.</summary>
    IEd25519PrivateKey CreatePrivateKey(ReadOnlySpan<byte> privateKey);
}
