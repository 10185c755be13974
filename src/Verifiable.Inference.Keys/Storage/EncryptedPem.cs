using System.Security.Cryptography;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Formats;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Keys.Storage;

/// <summary>
/// Private keys in PEM files that a password encrypts: PKCS #8 with PBES2, as OpenSSL and the framework read and write it. For Ed25519, Ethereum accounts and P-256.
/// Thread-safe. Nothing of a key or a password is ever part of a message.
/// </summary>
public static class EncryptedPem
{
    /// <summary>The rounds of PBKDF2 with HMAC-SHA-256 unless others are asked for: 600,000.</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>The longest text that is read: 65,536 characters.</summary>
    public const int MaxLength = 1 << 16;

    private const string Label = "ENCRYPTED PRIVATE KEY";

    /// <summary>Writes a signer's private key.</summary>
    /// <param name="signer">An <see cref="Ed25519Signer"/>, an <see cref="EthereumSigner"/> or an <see cref="EcdsaP256Signer"/>.</param>
    /// <param name="password">The password; its UTF-8 bytes are used as they are.</param>
    /// <param name="iterations">The rounds of PBKDF2, above 0.</param>
    /// <param name="randomness">Where salt and vector come from; <see langword="null"/> (default) for the system's randomness.</param>
    /// <exception cref="ArgumentException">The signer is of another type, whose key cannot be had; or the password holds half of a surrogate pair.</exception>
    public static string Write(ISigner signer, ReadOnlySpan<char> password, int iterations = DefaultIterations, IRandomSource? randomness = null)
    {
        ArgumentNullException.ThrowIfNull(signer);
        byte[] pkcs8 = signer switch
        {
            Ed25519Signer edwards => edwards.ToPkcs8(),
            EthereumSigner account => account.ToPkcs8(),
            EcdsaP256Signer curve => curve.ToPkcs8(),
            _ => throw new ArgumentException($"Expected an Ed25519, Ethereum or P-256 signer of this library, got {signer.GetType()}.", nameof(signer)),
        };
        try
        {
            return Write(pkcs8, password, iterations, randomness);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Writes a private key that is in the unencrypted PKCS #8 form.</summary>
    /// <param name="pkcs8">The key.</param>
    /// <param name="password">The password; its UTF-8 bytes are used as they are.</param>
    /// <param name="iterations">The rounds of PBKDF2, above 0.</param>
    /// <param name="randomness">Where salt and vector come from; <see langword="null"/> (default) for the system's randomness.</param>
    public static string Write(ReadOnlySpan<byte> pkcs8, ReadOnlySpan<char> password, int iterations = DefaultIterations, IRandomSource? randomness = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        using Password bytes = new(password);
        return PemEncoding.WriteString(Label, Pbes2.Encrypt(pkcs8, bytes.Bytes, iterations, randomness ?? SystemRandomSource.Instance)) + "\n";
    }

    /// <summary>Reads a private key. Never throws on a text from outside, and derives nothing that would cost more than the limits allow.</summary>
    /// <param name="pem">The text; the first PEM block in it counts.</param>
    /// <param name="password">The password.</param>
    /// <param name="signer">The signer, which the caller disposes: an <see cref="Ed25519Signer"/>, an <see cref="EthereumSigner"/> or an <see cref="EcdsaP256Signer"/>.</param>
    /// <param name="limits">The limits; <see langword="null"/> (default) for <see cref="KeyFileLimits.Default"/>.</param>
    /// <returns>Why there is no signer; <see cref="KeyFileRefusal.None"/> when there is one.</returns>
    /// <remarks>The format has no integrity: whoever can change the file can change the key, unseen. Compare the public key with the one that is expected.</remarks>
    /// <exception cref="ArgumentException">The password, which is the caller's, holds half of a surrogate pair.</exception>
    /// <exception cref="PlatformNotSupportedException">The key's scheme needs a library that was not found.</exception>
    public static KeyFileRefusal TryRead(ReadOnlySpan<char> pem, ReadOnlySpan<char> password, out ISigner? signer, KeyFileLimits? limits = null)
    {
        signer = null;
        if (pem.Length > MaxLength || !PemEncoding.TryFind(pem, out PemFields fields) || !pem[fields.Label].SequenceEqual(Label))
        {
            return KeyFileRefusal.NotAKeyFile;
        }

        byte[] der = new byte[fields.DecodedDataLength];
        if (!Convert.TryFromBase64Chars(pem[fields.Base64Data], der, out _))
        {
            return KeyFileRefusal.NotAKeyFile;
        }

        KeyFileRefusal refusal = Pbes2.TryRead(der, limits ?? KeyFileLimits.Default, out Pbes2? encryption);
        if (refusal != KeyFileRefusal.None)
        {
            return refusal;
        }

        using Password bytes = new(password);
        byte[]? pkcs8 = encryption!.TryDecrypt(bytes.Bytes);
        if (pkcs8 is null)
        {
            return KeyFileRefusal.WrongPassword;
        }

        try
        {
            return TryOpen(pkcs8, out signer);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static KeyFileRefusal TryOpen(byte[] pkcs8, out ISigner? signer)
    {
        signer = null;
        try
        {
            // Bytes that pass for padded by chance, under a wrong password, are no DER either.
            signer = Pkcs8.KindOf(pkcs8) switch
            {
                PrivateKeyKind.Ed25519 => Ed25519Signer.FromPkcs8(pkcs8),
                PrivateKeyKind.Secp256k1 => EthereumSigner.FromPkcs8(pkcs8),
                PrivateKeyKind.P256 => EcdsaP256Signer.FromPkcs8(pkcs8),
                _ => null,
            };
            return signer is not null ? KeyFileRefusal.None : pkcs8 is [0x30, ..] ? KeyFileRefusal.Unsupported : KeyFileRefusal.WrongPassword;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return KeyFileRefusal.NotAKey;
        }
    }
}
