#pragma warning disable SA1649, CA1724, CA1062 // A stand-in for the few members of another package that the page's code uses.
using Verifiable.Inference.Keys.Edwards;

namespace NSec.Cryptography;

/// <summary>Stands in for NSec's enumeration.</summary>
public enum KeyBlobFormat
{
    None,
    RawPublicKey,
}

/// <summary>Stands in for NSec's public key.</summary>
public sealed class PublicKey(byte[] bytes)
{
    public byte[] Export(KeyBlobFormat format) => format == KeyBlobFormat.RawPublicKey ? [.. bytes] : throw new NotSupportedException();
}

/// <summary>Stands in for NSec's private key.</summary>
public sealed class Key(Ed25519Signer signer) : IDisposable
{
    public PublicKey PublicKey { get; } = new(signer.PublicKey.Bytes.ToArray());

    internal Ed25519Signer Signer => signer;

    public void Dispose() => signer.Dispose();
}

/// <summary>Stands in for NSec's algorithms.</summary>
public sealed class SignatureAlgorithm
{
    private SignatureAlgorithm()
    {
    }

    public static SignatureAlgorithm Ed25519 { get; } = new();

    public byte[] Sign(Key key, ReadOnlySpan<byte> data)
    {
        _ = this;
        return key.Signer.Sign(data);
    }
}
