using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Keys.Storage;

/// <summary>
/// Ethereum's key files: Web3 Secret Storage, version 3, with AES-128-CTR and scrypt or PBKDF2. Thread-safe. Nothing of a key or a password is ever part of a message.
/// </summary>
public static class Web3Keystore
{
    /// <summary>The longest text that is read: 65,536 characters.</summary>
    public const int MaxLength = 1 << 16;

    private const int DerivedSize = 32;
    private const int CipherKeySize = 16;
    private const int VectorSize = 16;
    private const int SaltSize = 32;
    private const int IdSize = 16;

    /// <summary>Writes an account's private key.</summary>
    /// <param name="signer">The account.</param>
    /// <param name="password">The password; its UTF-8 bytes are used as they are.</param>
    /// <param name="cost">What scrypt costs; <see langword="null"/> (default) for <see cref="ScryptCost.Standard"/>.</param>
    /// <param name="randomness">Where salt, vector and id come from; <see langword="null"/> (default) for the system's randomness.</param>
    /// <exception cref="ArgumentException">The password holds half of a surrogate pair.</exception>
    /// <exception cref="ObjectDisposedException">The key was erased.</exception>
    public static string Write(EthereumSigner signer, ReadOnlySpan<char> password, ScryptCost? cost = null, IRandomSource? randomness = null)
    {
        ArgumentNullException.ThrowIfNull(signer);
        cost ??= ScryptCost.Standard;
        randomness ??= SystemRandomSource.Instance;
        byte[] salt = new byte[SaltSize];
        byte[] vector = new byte[VectorSize];
        byte[] id = new byte[IdSize];
        randomness.Fill(salt);
        randomness.Fill(vector);
        randomness.Fill(id);
        byte[] derived = GC.AllocateArray<byte>(DerivedSize, pinned: true);
        try
        {
            using (Password bytes = new(password))
            {
                Scrypt.DeriveKey(bytes.Bytes, salt, cost, derived);
            }

            byte[] ciphertext = signer.UsePrivateKey((derived, vector), static (secret, keys) => AesCounterMode.Apply(keys.derived.AsSpan(0, CipherKeySize), keys.vector, secret));
            return WriteJson(signer.Address, new Web3KeystoreCrypto(vector, ciphertext, salt, cost, 0, MacOf(derived, ciphertext)), id);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Reads an account's private key. Never throws on a text from outside, and derives nothing that would cost more than the limits allow.</summary>
    /// <param name="json">The text.</param>
    /// <param name="password">The password.</param>
    /// <param name="signer">The account, which the caller disposes.</param>
    /// <param name="limits">The limits; <see langword="null"/> (default) for <see cref="KeyFileLimits.Default"/>.</param>
    /// <returns>Why there is no account; <see cref="KeyFileRefusal.None"/> when there is one.</returns>
    /// <exception cref="ArgumentException">The password, which is the caller's, holds half of a surrogate pair.</exception>
    /// <exception cref="PlatformNotSupportedException">No library was found; see <see cref="EthereumSignatures.HowToEnable"/>.</exception>
    public static KeyFileRefusal TryRead(string json, ReadOnlySpan<char> password, out EthereumSigner? signer, KeyFileLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        signer = null;
        if (json.Length > MaxLength)
        {
            return KeyFileRefusal.NotAKeyFile;
        }

        KeyFileRefusal refusal = Web3KeystoreCrypto.TryRead(json, limits ?? KeyFileLimits.Default, out Web3KeystoreCrypto? crypto, out string? address);
        if (refusal != KeyFileRefusal.None)
        {
            return refusal;
        }

        Span<byte> derived = stackalloc byte[DerivedSize];
        byte[] privateKey = GC.AllocateArray<byte>(EthereumSignatures.PrivateKeySize, pinned: true);
        try
        {
            using (Password bytes = new(password))
            {
                crypto!.DeriveKey(bytes.Bytes, derived);
            }

            if (!CryptographicOperations.FixedTimeEquals(MacOf(derived, crypto.Ciphertext), crypto.Mac))
            {
                return KeyFileRefusal.WrongPassword;
            }

            // Some programs left leading zeros out.
            byte[] plaintext = AesCounterMode.Apply(derived[..CipherKeySize], crypto.Vector, crypto.Ciphertext);
            plaintext.CopyTo(privateKey, privateKey.Length - plaintext.Length);
            CryptographicOperations.ZeroMemory(plaintext);
            if (!EthereumSigner.IsPrivateKey(privateKey))
            {
                return KeyFileRefusal.NotAKey;
            }

            EthereumSigner found = EthereumSigner.FromPrivateKey(privateKey);
            if (address is not null && (!EthereumAddress.TryParse(address, out EthereumAddress written) || written != found.Address))
            {
                found.Dispose();
                return KeyFileRefusal.NotAKey;
            }

            signer = found;
            return KeyFileRefusal.None;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    private static byte[] MacOf(ReadOnlySpan<byte> derived, byte[] ciphertext)
    {
        Span<byte> input = stackalloc byte[DerivedSize - CipherKeySize + EthereumSignatures.PrivateKeySize];
        derived[CipherKeySize..].CopyTo(input);
        ciphertext.CopyTo(input[(DerivedSize - CipherKeySize)..]);
        byte[] mac = Keccak256.Hash(input[..(DerivedSize - CipherKeySize + ciphertext.Length)]);
        CryptographicOperations.ZeroMemory(input);
        return mac;
    }

    private static string WriteJson(EthereumAddress address, Web3KeystoreCrypto crypto, byte[] id)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
#pragma warning disable CA1308 // Addresses in key files are in lower case, without a prefix.
            json.WriteString("address", address.ToString()[2..].ToLowerInvariant());
#pragma warning restore CA1308
            json.WritePropertyName("crypto");
            crypto.WriteTo(json);

            // RFC 9562, section 5.4: a UUID of random bits.
            id[6] = (byte)((id[6] & 0x0F) | 0x40);
            id[8] = (byte)((id[8] & 0x3F) | 0x80);
            json.WriteString("id", new Guid(id, bigEndian: true).ToString("D"));
            json.WriteNumber("version", 3);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n";
    }
}
