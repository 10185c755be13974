using System.Numerics;
using System.Security.Cryptography;

namespace Verifiable.Inference.Identity;

/// <summary>
/// Signs with an ECDSA key over P-256 that the framework holds, in memory or in hardware. Signatures are randomised: the same message is signed with other bits
/// each time. Thread-safe. Disposing it erases the key from memory.
/// </summary>
public sealed class EcdsaP256Signer : ISigner, IDisposable
{
    private const string SampleKeyDomain = "vinf/sample-key/v1";

    private readonly Lock _lock = new();
    private readonly ECDsa _key;

    /// <summary>Creates a signer over a key, which it owns from then on and disposes.</summary>
    /// <exception cref="ArgumentException">The key is not on the curve P-256.</exception>
    public EcdsaP256Signer(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        PublicKey = new PublicKey(EcdsaP256.Name, P256Curve.Compress(key.ExportParameters(includePrivateParameters: false).Q));
        _key = key;
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a new key from the system's randomness.</summary>
    public static EcdsaP256Signer Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Derives a key from a seed, the same on every machine. For samples and tests only: whoever knows the seed has the key.</summary>
    /// <param name="seed">Any number of bytes.</param>
    public static EcdsaP256Signer FromSeed(ReadOnlySpan<byte> seed)
    {
        byte[] material = new byte[2 * SHA256.HashSizeInBytes];
        DeriveSampleBytes(0, seed, material);
        DeriveSampleBytes(1, seed, material.AsSpan(SHA256.HashSizeInBytes));

        // FIPS 186-5, appendix A.2.1: more bits than the order has, so that the remainder is close to uniform.
        BigInteger scalar = (P256Curve.Read(material) % (P256Curve.Order - 1)) + 1;
        byte[] privateKey = new byte[P256Curve.ScalarSize];
        P256Curve.Write(scalar, privateKey);
        return FromScalar(privateKey);
    }

    /// <summary>Reads a private key in the unencrypted PKCS #8 form.</summary>
    /// <exception cref="CryptographicException">The bytes are not such a key.</exception>
    /// <exception cref="ArgumentException">The key is not on the curve P-256.</exception>
    public static EcdsaP256Signer FromPkcs8(ReadOnlySpan<byte> pkcs8) => Import(pkcs8, static (key, bytes) => key.ImportPkcs8PrivateKey(bytes, out _));

    /// <summary>Reads a private key in unencrypted PEM form.</summary>
    /// <exception cref="ArgumentException">The text has no such key, or the key is not on the curve P-256.</exception>
    public static EcdsaP256Signer FromPem(ReadOnlySpan<char> pem) => Import(pem, static (key, text) => key.ImportFromPem(text));

    /// <summary>Writes the private key in the unencrypted PKCS #8 form.</summary>
    /// <exception cref="CryptographicException">The key cannot leave the place where it is held.</exception>
    public byte[] ToPkcs8()
    {
        lock (_lock)
        {
            return _key.ExportPkcs8PrivateKey();
        }
    }

    /// <summary>Writes the private key in unencrypted PEM form, PKCS #8.</summary>
    /// <exception cref="CryptographicException">The key cannot leave the place where it is held.</exception>
    public string ToPem()
    {
        lock (_lock)
        {
            return _key.ExportPkcs8PrivateKeyPem();
        }
    }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature;
        lock (_lock)
        {
            signature = _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        // Both (r, s) and (r, n − s) verify; the lower one is the one encoding.
        Span<byte> second = signature.AsSpan(P256Curve.ScalarSize);
        BigInteger s = P256Curve.Read(second);
        if (s > P256Curve.HalfOrder)
        {
            P256Curve.Write(P256Curve.Order - s, second);
        }

        return signature;
    }

    /// <summary>Erases the key.</summary>
    public void Dispose() => _key.Dispose();

    private static EcdsaP256Signer FromScalar(byte[] scalar)
    {
        try
        {
            return new EcdsaP256Signer(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar }));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    private static EcdsaP256Signer Import<TSource>(ReadOnlySpan<TSource> source, ImportAction<TSource> import)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            import(key, source);
            return new EcdsaP256Signer(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static void DeriveSampleBytes(byte counter, ReadOnlySpan<byte> seed, Span<byte> destination)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(SampleKeyDomain));
        hash.AppendData([counter]);
        hash.AppendData(seed);
        hash.GetHashAndReset(destination);
    }

    private delegate void ImportAction<TSource>(ECDsa key, ReadOnlySpan<TSource> source);
}
