using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>
/// Signatures of Ethereum accounts: ECDSA over secp256k1, recoverable. A public key is the account's address, 20 bytes. A signature has one encoding, the 65 bytes that
/// wallets give and contracts take: r and s, 32 bytes each, big-endian, s in the lower half (EIP-2), then v, 27 or 28. What is signed is what
/// <see cref="EthereumMessage"/> says. The arithmetic is libsecp256k1's, or OpenSSL's where there is no libsecp256k1. Thread-safe.
/// </summary>
public static class EthereumSignatures
{
    /// <summary>The scheme's name on the wire: <c>ethereum</c>.</summary>
    public const string Name = "ethereum";

    /// <summary>The size of a private key in bytes: 32.</summary>
    public const int PrivateKeySize = 32;

    /// <summary>The size of a signature in bytes: 65.</summary>
    public const int SignatureSize = 65;

    /// <summary>What is missing and how to get it, where <see cref="IsAvailable"/> is <see langword="false"/>.</summary>
    public const string HowToEnable =
        $"Ethereum keys need libsecp256k1 with its recovery module (Debian: libsecp256k1-1 or a later one) or OpenSSL's libcrypto 1.1.1 or later, and neither was found. "
        + $"Install one, or set {LibSecp256k1.Variable} or {LibCrypto.Variable} to its path.";

    internal const byte FirstRecoveryByte = 27;

    private static readonly Lazy<EthereumScheme?> _scheme = new(static () => Find() is { } library ? new EthereumScheme(library) : null);

    /// <summary>Gets a value indicating whether a library that does the arithmetic was found.</summary>
    public static bool IsAvailable => _scheme.Value is not null;

    /// <summary>Gets the name of the library that does the arithmetic; <see langword="null"/> where there is none.</summary>
    public static string? LibraryName => _scheme.Value?.Library.Name;

    /// <summary>Gets the scheme.</summary>
    /// <exception cref="PlatformNotSupportedException">No library was found; the message says what to do. A verifier that cannot verify must not say "invalid".</exception>
    public static ISignatureScheme Scheme => RequireScheme();

    internal static ISecp256k1Library Library => RequireScheme().Library;

    /// <summary>Finds the account that made a signature of a digest, as a contract's <c>ecrecover</c> does, but with one encoding only.</summary>
    /// <param name="digest">The digest, 32 bytes.</param>
    /// <param name="signature">The signature, 65 bytes.</param>
    /// <param name="signer">The account.</param>
    /// <returns><see langword="false"/> when the digest has another size, or the signature is not canonical or nobody's.</returns>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="HowToEnable"/>.</exception>
    public static bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, out EthereumAddress signer)
    {
        signer = default;
        return digest.Length == Keccak256.Size && IsCanonical(signature) && TryRecover(Library, digest, signature, out signer);
    }

    internal static bool IsCanonical(ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize
        && Secp256k1Order.IsScalar(signature[..Secp256k1Order.Size])
        && Secp256k1Order.IsLowScalar(signature.Slice(Secp256k1Order.Size, Secp256k1Order.Size))
        && signature[^1] is FirstRecoveryByte or FirstRecoveryByte + 1;

    internal static bool TryRecover(ISecp256k1Library library, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, out EthereumAddress signer)
    {
        Span<byte> key = stackalloc byte[ISecp256k1Library.UncompressedKeySize];
        bool isFound = library.TryRecover(digest, signature, signature[^1] - FirstRecoveryByte, key);
        signer = isFound ? EthereumAddress.OfKey(key) : default;
        return isFound;
    }

    private static EthereumScheme RequireScheme() => _scheme.Value ?? throw new PlatformNotSupportedException(HowToEnable);

    private static ISecp256k1Library? Find() => Candidates().FirstOrDefault(Secp256k1SelfTest.Passes);

    private static IEnumerable<ISecp256k1Library> Candidates()
    {
        if (LibSecp256k1.Default is { } library)
        {
            yield return new NativeSecp256k1(library);
        }

        if (OpenSslSecp256k1.Default is { } openSsl)
        {
            yield return openSsl;
        }
    }
}
