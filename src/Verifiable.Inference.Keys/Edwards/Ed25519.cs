using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Keys.Edwards;

/// <summary>
/// Ed25519 (RFC 8032), verified strictly: a signature has one encoding (S below L, R canonical and not of small order), a public key is the canonical encoding of a
/// point in the group of prime order, and S·B = R + h·A holds without the cofactor. Whatever is accepted here is accepted by verifiers that use the cofactor or verify
/// in batches, too: no signature divides a network. The arithmetic is libsodium's, or OpenSSL's where there is no libsodium. Thread-safe.
/// </summary>
public static class Ed25519
{
    /// <summary>The scheme's name on the wire: <c>ed25519</c>.</summary>
    public const string Name = "ed25519";

    /// <summary>The size of a private key in bytes: 32.</summary>
    public const int PrivateKeySize = 32;

    /// <summary>The size of a public key in bytes: 32.</summary>
    public const int PublicKeySize = 32;

    /// <summary>The size of a signature in bytes: 64.</summary>
    public const int SignatureSize = 64;

    /// <summary>What is missing and how to get it, where <see cref="IsAvailable"/> is <see langword="false"/>.</summary>
    public const string HowToEnable =
        $"Ed25519 needs libsodium (Debian: libsodium23; NuGet: libsodium) or OpenSSL's libcrypto 1.1.1 or later, and neither was found. "
        + $"Install one, or set {LibSodium.Variable} or {LibCrypto.Variable} to its path.";

    private static readonly Lazy<Ed25519Scheme?> _scheme = new(static () => Find() is { } library ? new Ed25519Scheme(library) : null);

    /// <summary>Gets a value indicating whether a library that does the arithmetic was found.</summary>
    public static bool IsAvailable => _scheme.Value is not null;

    /// <summary>Gets the name of the library that does the arithmetic; <see langword="null"/> where there is none.</summary>
    public static string? LibraryName => _scheme.Value?.Library.Name;

    /// <summary>Gets the scheme. Thread-safe; it keeps the keys it met last, at most some thousand.</summary>
    /// <exception cref="PlatformNotSupportedException">No library was found; the message says what to do. A verifier that cannot verify must not say "invalid".</exception>
    public static ISignatureScheme Scheme => RequireScheme();

    internal static IEd25519Library Library => RequireScheme().Library;

    private static Ed25519Scheme RequireScheme() => _scheme.Value ?? throw new PlatformNotSupportedException(HowToEnable);

    private static IEd25519Library? Find() => Candidates().FirstOrDefault(Ed25519SelfTest.Passes);

    private static IEnumerable<IEd25519Library> Candidates()
    {
        if (LibSodium.Default is { } sodium)
        {
            yield return new SodiumEd25519(sodium);
        }

        if (OpenSslEd25519.Default is { } openSsl)
        {
            yield return openSsl;
        }
    }
}
