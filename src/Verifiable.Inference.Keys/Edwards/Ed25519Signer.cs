using System.Security.Cryptography;
using System.Text;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Formats;
using Verifiable.Inference.Keys.Native;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Keys.Edwards;

/// <summary>Signs with an Ed25519 key in memory; the same message gives the same signature each time. Thread-safe. Disposing it erases the key once nobody uses it.</summary>
public sealed class Ed25519Signer : ISigner, IDisposable
{
    private const string SampleKeyDomain = "vinf/sample-key/ed25519/v1";

    private readonly IEd25519PrivateKey _key;
    private readonly SecretKey _secret;

    internal Ed25519Signer(IEd25519Library library, ReadOnlySpan<byte> privateKey)
    {
        if (privateKey.Length != Ed25519.PrivateKeySize)
        {
            throw new ArgumentException($"Expected {Ed25519.PrivateKeySize} bytes, got {privateKey.Length}.", nameof(privateKey));
        }

        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        _key = library.CreatePrivateKey(privateKey);
        _secret = SecretKey.CopyOf(privateKey);
        _key.CopyPublicKeyTo(publicKey);
        PublicKey = new PublicKey(Ed25519.Name, publicKey);
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="randomness">Where its 32 bytes come from; <see langword="null"/> (default) for the system's randomness.</param>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="Ed25519.HowToEnable"/>.</exception>
    public static Ed25519Signer Generate(IRandomSource? randomness = null)
    {
        Span<byte> privateKey = stackalloc byte[Ed25519.PrivateKeySize];
        try
        {
            (randomness ?? SystemRandomSource.Instance).Fill(privateKey);
            return FromPrivateKey(privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>Takes a key as RFC 8032, section 5.1.5, has it: 32 random bytes, which other libraries call the seed. Copied; the caller erases its own copy.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="Ed25519.HowToEnable"/>.</exception>
    public static Ed25519Signer FromPrivateKey(ReadOnlySpan<byte> privateKey) => new(Ed25519.Library, privateKey);

    /// <summary>Derives a key from a seed, the same on every machine. For samples and tests only: whoever knows the seed has the key.</summary>
    /// <param name="seed">Any number of bytes.</param>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="Ed25519.HowToEnable"/>.</exception>
    public static Ed25519Signer FromSeed(ReadOnlySpan<byte> seed) => FromSeed(Ed25519.Library, seed);

    /// <summary>Reads a private key in the unencrypted PKCS #8 form of RFC 8410.</summary>
    /// <exception cref="CryptographicException">The bytes are not such a key.</exception>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="Ed25519.HowToEnable"/>.</exception>
    public static Ed25519Signer FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        Span<byte> privateKey = stackalloc byte[Ed25519.PrivateKeySize];
        try
        {
            return Pkcs8.TryReadEd25519(pkcs8, privateKey) ? FromPrivateKey(privateKey) : throw new CryptographicException("Expected an Ed25519 key in PKCS #8 form.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>Writes the private key in the unencrypted PKCS #8 form of RFC 8410. The caller erases the array.</summary>
    /// <exception cref="ObjectDisposedException">The key was erased.</exception>
    public byte[] ToPkcs8() => _secret.Use(0, static (secret, _) => Pkcs8.WriteEd25519(secret));

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The key was erased.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        _key.Sign(message, signature);
        return signature;
    }

    /// <summary>Erases the key.</summary>
    public void Dispose()
    {
        _key.Dispose();
        _secret.Dispose();
    }

    /// <summary>Writes the public key's name, and nothing of the private key.</summary>
    public override string ToString() => PublicKey.ToString();

    internal static Ed25519Signer FromSeed(IEd25519Library library, ReadOnlySpan<byte> seed)
    {
        Span<byte> privateKey = stackalloc byte[Ed25519.PrivateKeySize];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(SampleKeyDomain));
        hash.AppendData(seed);
        _ = hash.GetHashAndReset(privateKey);
        try
        {
            return new Ed25519Signer(library, privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }
}
