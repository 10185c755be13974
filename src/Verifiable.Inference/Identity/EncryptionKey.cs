using System.Security.Cryptography;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Identity;

/// <summary>
/// A node's private key for messages that only it may read: ECDH over P-256, apart from the key it signs with. A node announces the public part under its signature, with a
/// time at which it ends; once a key is disposed, nobody reads what was sealed to it. Thread-safe.
/// </summary>
public sealed class EncryptionKey : IDisposable
{
    /// <summary>The size of a public key in bytes: 65, an uncompressed point of P-256.</summary>
    public const int PublicKeySize = HpkeSuite.EncapsulationSize;

    private const string SampleKeyDomain = "vinf/sample-encryption-key/v1";

    private readonly Lock _lock = new();
    private readonly ECDiffieHellman _key;

    internal EncryptionKey(ECDiffieHellman key)
    {
        _key = key;
        PublicKey = new OpaqueBytes(HpkeSuite.Serialize(key));
    }

    /// <summary>Gets the public key, which others seal with.</summary>
    public OpaqueBytes PublicKey { get; }

    /// <summary>Makes a new key from the system's randomness.</summary>
    public static EncryptionKey Generate() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Derives a key from a seed, the same on every machine (RFC 9180, DeriveKeyPair). For samples and tests only: whoever knows the seed has the key.</summary>
    /// <param name="seed">Any number of bytes.</param>
    public static EncryptionKey FromSeed(ReadOnlySpan<byte> seed)
    {
        CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
        writer.WriteDomain(SampleKeyDomain);
        writer.WriteFixed(seed);
        EncryptionKey key = FromMaterial(writer.Written);
        writer.Dispose();
        return key;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>Derives a key as RFC 9180 does.</summary>
    internal static EncryptionKey FromMaterial(ReadOnlySpan<byte> material)
    {
        byte[] scalar = HpkeSuite.DeriveScalar(material);
        EncryptionKey key = new(ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar }));
        CryptographicOperations.ZeroMemory(scalar);
        return key;
    }

    /// <summary>Sets the context up that opens what was sealed to this key; <see langword="null"/> when the encapsulated key is none.</summary>
    internal HpkeContext? SetUp(HpkeSuite suite, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> info)
    {
        lock (_lock)
        {
            return suite.SetUpRecipient(_key, encapsulation, info);
        }
    }
}
