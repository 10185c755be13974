using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Ethereum.TypedData;
using Verifiable.Inference.Keys.Formats;
using Verifiable.Inference.Keys.Native;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>Signs with an Ethereum account's key in memory. Thread-safe. Disposing it erases the key once nobody uses it.</summary>
public sealed class EthereumSigner : ISigner, IDisposable
{
    private const string SampleKeyDomain = "vinf/sample-key/ethereum/v1";

    private readonly ISecp256k1Library _library;
    private readonly SecretKey _secret;
    private readonly byte[] _uncompressed = new byte[ISecp256k1Library.UncompressedKeySize];

    internal EthereumSigner(ISecp256k1Library library, ReadOnlySpan<byte> privateKey)
    {
        if (!IsPrivateKey(privateKey))
        {
            throw new ArgumentException("Expected 32 bytes that are a number above 0 and below the order of secp256k1.", nameof(privateKey));
        }

        _library = library;
        library.CopyPublicKeyTo(privateKey, _uncompressed);
        _secret = SecretKey.CopyOf(privateKey);
        Address = EthereumAddress.OfKey(_uncompressed);
        PublicKey = Address.PublicKey;
    }

    /// <summary>Gets the account's address.</summary>
    public EthereumAddress Address { get; }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="randomness">Where its bytes come from; <see langword="null"/> (default) for the system's randomness.</param>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="EthereumSignatures.HowToEnable"/>.</exception>
    public static EthereumSigner Generate(IRandomSource? randomness = null)
    {
        Span<byte> privateKey = stackalloc byte[EthereumSignatures.PrivateKeySize];
        try
        {
            // Not below n once in 2^127.
            do
            {
                (randomness ?? SystemRandomSource.Instance).Fill(privateKey);
            }
            while (!IsPrivateKey(privateKey));

            return FromPrivateKey(privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>Takes a private key: 32 bytes, big-endian. Copied; the caller erases its own copy.</summary>
    /// <exception cref="ArgumentException">The bytes are not a number above 0 and below the order of secp256k1.</exception>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="EthereumSignatures.HowToEnable"/>.</exception>
    public static EthereumSigner FromPrivateKey(ReadOnlySpan<byte> privateKey) => new(EthereumSignatures.Library, privateKey);

    /// <summary>Derives a key from a seed, the same on every machine. For samples and tests only: whoever knows the seed has the key.</summary>
    /// <param name="seed">Any number of bytes.</param>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="EthereumSignatures.HowToEnable"/>.</exception>
    public static EthereumSigner FromSeed(ReadOnlySpan<byte> seed) => FromSeed(EthereumSignatures.Library, seed);

    /// <summary>Reads a private key in the unencrypted PKCS #8 form of RFC 5915, on the curve secp256k1.</summary>
    /// <exception cref="CryptographicException">The bytes are not such a key.</exception>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="EthereumSignatures.HowToEnable"/>.</exception>
    public static EthereumSigner FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        Span<byte> privateKey = stackalloc byte[EthereumSignatures.PrivateKeySize];
        try
        {
            return Pkcs8.TryReadSecp256k1(pkcs8, privateKey) && IsPrivateKey(privateKey)
                ? FromPrivateKey(privateKey)
                : throw new CryptographicException("Expected a key on the curve secp256k1 in PKCS #8 form.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>Writes the private key in the unencrypted PKCS #8 form of RFC 5915. The caller erases the array.</summary>
    /// <exception cref="ObjectDisposedException">The key was erased.</exception>
    public byte[] ToPkcs8() => _secret.Use(_uncompressed, static (secret, publicKey) => Pkcs8.WriteSecp256k1(secret, publicKey));

    /// <inheritdoc/>
    /// <remarks>What is signed is the digest of <see cref="EthereumMessage.DigestOf"/>: typed data for requests, posted claims and ledger heads, else a personal message.</remarks>
    /// <exception cref="ObjectDisposedException">The key was erased.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        Span<byte> digest = stackalloc byte[Keccak256.Size];
        EthereumMessage.Hash(message, digest);
        return SignDigest(digest);
    }

    /// <summary>Signs typed data as <c>eth_signTypedData_v4</c> does.</summary>
    /// <exception cref="ObjectDisposedException">The key was erased.</exception>
    public byte[] SignTypedData(TypedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SignDigest(message.Digest);
    }

    /// <summary>Signs a personal message as <c>personal_sign</c> does (EIP-191), whatever it holds. For the scheme's signatures use <see cref="Sign(ReadOnlySpan{byte})"/>.</summary>
    /// <exception cref="ObjectDisposedException">The key was erased.</exception>
    public byte[] SignPersonal(ReadOnlySpan<byte> message) => SignDigest(EthereumMessage.PersonalDigestOf(message));

    /// <summary>Erases the key.</summary>
    public void Dispose() => _secret.Dispose();

    /// <summary>Writes the address, and nothing of the private key.</summary>
    public override string ToString() => Address.ToString();

    internal static bool IsPrivateKey(ReadOnlySpan<byte> bytes) => bytes.Length == EthereumSignatures.PrivateKeySize && Secp256k1Order.IsScalar(bytes);

    internal static EthereumSigner FromSeed(ISecp256k1Library library, ReadOnlySpan<byte> seed)
    {
        Span<byte> material = stackalloc byte[2 * SHA256.HashSizeInBytes];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (byte half = 0; half < 2; half++)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(SampleKeyDomain));
            hash.AppendData([half]);
            hash.AppendData(seed);
            _ = hash.GetHashAndReset(material[(half * SHA256.HashSizeInBytes)..]);
        }

        // FIPS 186-5, appendix A.2.1: more bits than the order has, so that the remainder is close to uniform.
        BigInteger order = new(Secp256k1Order.Bytes, isUnsigned: true, isBigEndian: true);
        BigInteger scalar = (new BigInteger(material, isUnsigned: true, isBigEndian: true) % (order - 1)) + 1;
        Span<byte> privateKey = stackalloc byte[EthereumSignatures.PrivateKeySize];
        privateKey.Clear();
        _ = scalar.TryWriteBytes(privateKey[^scalar.GetByteCount(isUnsigned: true)..], out _, isUnsigned: true, isBigEndian: true);
        try
        {
            return new EthereumSigner(library, privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>Calls a function with the private key.</summary>
    internal TResult UsePrivateKey<TState, TResult>(TState state, SecretFunction<TState, TResult> function) => _secret.Use(state, function);

    private byte[] SignDigest(ReadOnlySpan<byte> digest)
    {
        byte[] signature = new byte[EthereumSignatures.SignatureSize];
        int recoveryId = _secret.Use(
            new Work(_library, _uncompressed, digest, signature),
            static (secret, work) => work.Library.Sign(secret, work.PublicKey, work.Digest, work.Signature[..(2 * Secp256k1Order.Size)]));
        signature[^1] = (byte)(EthereumSignatures.FirstRecoveryByte + recoveryId);
        return signature;
    }

    private readonly ref struct Work(ISecp256k1Library library, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        public ISecp256k1Library Library { get; } = library;

        public ReadOnlySpan<byte> PublicKey { get; } = publicKey;

        public ReadOnlySpan<byte> Digest { get; } = digest;

        public Span<byte> Signature { get; } = signature;
    }
}
