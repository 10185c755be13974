using System.Security.Cryptography;
using System.Text.Json;

namespace Verifiable.Inference.Keys.Storage;

/// <summary>The <c>crypto</c> part of a Web3 key file: how the key is derived, and what is encrypted.</summary>
/// <param name="Vector">The initial counter, 16 bytes.</param>
/// <param name="Ciphertext">The encrypted private key, 1 to 32 bytes.</param>
/// <param name="Salt">The salt.</param>
/// <param name="Scrypt">What scrypt costs; <see langword="null"/> for PBKDF2.</param>
/// <param name="Iterations">The rounds of PBKDF2 with HMAC-SHA-256.</param>
/// <param name="Mac">Keccak-256 of the second half of the derived key and the ciphertext.</param>
internal sealed record Web3KeystoreCrypto(byte[] Vector, byte[] Ciphertext, byte[] Salt, ScryptCost? Scrypt, int Iterations, byte[] Mac)
{
    private const int DerivedSize = 32;
    private const int MacSize = 32;
    private const int VectorSize = 16;
    private const int MaxSaltSize = 1024;
    private const string CipherName = "aes-128-ctr";

    private static readonly JsonDocumentOptions _options = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads a file and holds what it asks for against limits. Derives nothing.</summary>
    public static KeyFileRefusal TryRead(string json, KeyFileLimits limits, out Web3KeystoreCrypto? crypto, out string? address)
    {
        crypto = null;
        address = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, _options);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out JsonElement version))
            {
                return KeyFileRefusal.NotAKeyFile;
            }

            if (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out int number) || number != 3)
            {
                return KeyFileRefusal.Unsupported;
            }

            if (root.TryGetProperty("address", out JsonElement written))
            {
                if (written.ValueKind != JsonValueKind.String)
                {
                    return KeyFileRefusal.NotAKeyFile;
                }

                address = written.GetString();
            }

            bool isLower = root.TryGetProperty("crypto", out JsonElement part);
            bool isUpper = root.TryGetProperty("Crypto", out JsonElement other);
            return isLower == isUpper ? KeyFileRefusal.NotAKeyFile : TryRead(isLower ? part : other, limits, out crypto);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair: JSON can spell it, and no string can hold it.
            return KeyFileRefusal.NotAKeyFile;
        }
    }

    /// <summary>Derives the key of 32 bytes.</summary>
    public void DeriveKey(ReadOnlySpan<byte> password, Span<byte> derived)
    {
        if (Scrypt is null)
        {
            Rfc2898DeriveBytes.Pbkdf2(password, Salt, derived, Iterations, HashAlgorithmName.SHA256);
        }
        else
        {
            Storage.Scrypt.DeriveKey(password, Salt, Scrypt, derived);
        }
    }

    /// <summary>Writes the part of a file whose key scrypt derives.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("cipher", CipherName);
        json.WriteStartObject("cipherparams");
        json.WriteString("iv", Convert.ToHexStringLower(Vector));
        json.WriteEndObject();
        json.WriteString("ciphertext", Convert.ToHexStringLower(Ciphertext));
        json.WriteString("kdf", "scrypt");
        json.WriteStartObject("kdfparams");
        json.WriteNumber("dklen", DerivedSize);
        json.WriteNumber("n", Scrypt!.Cost);
        json.WriteNumber("p", Scrypt.Parallelization);
        json.WriteNumber("r", Scrypt.BlockSize);
        json.WriteString("salt", Convert.ToHexStringLower(Salt));
        json.WriteEndObject();
        json.WriteString("mac", Convert.ToHexStringLower(Mac));
        json.WriteEndObject();
    }

    private static KeyFileRefusal TryRead(JsonElement part, KeyFileLimits limits, out Web3KeystoreCrypto? crypto)
    {
        crypto = null;
        if (!TryGetText(part, "cipher", out string cipher) || !TryGetText(part, "kdf", out string derivation)
            || !TryGet(part, "cipherparams", out JsonElement cipherParameters) || !TryGetBytes(cipherParameters, "iv", out byte[] vector) || vector.Length != VectorSize
            || !TryGetBytes(part, "ciphertext", out byte[] ciphertext) || ciphertext.Length is 0 or > 32
            || !TryGetBytes(part, "mac", out byte[] mac) || mac.Length != MacSize
            || !TryGet(part, "kdfparams", out JsonElement parameters) || !TryGetNumber(parameters, "dklen", out long size)
            || !TryGetBytes(parameters, "salt", out byte[] salt) || salt.Length > MaxSaltSize)
        {
            return KeyFileRefusal.NotAKeyFile;
        }

        if (cipher != CipherName || size != DerivedSize)
        {
            return KeyFileRefusal.Unsupported;
        }

        Web3KeystoreCrypto read = new(vector, ciphertext, salt, null, 0, mac);
        return derivation switch
        {
            "scrypt" => TryReadScrypt(parameters, limits, read, out crypto),
            "pbkdf2" => TryReadPbkdf2(parameters, limits, read, out crypto),
            _ => KeyFileRefusal.Unsupported,
        };
    }

    private static KeyFileRefusal TryReadScrypt(JsonElement parameters, KeyFileLimits limits, Web3KeystoreCrypto read, out Web3KeystoreCrypto? crypto)
    {
        crypto = null;
        if (!TryGetNumber(parameters, "n", out long cost) || !TryGetNumber(parameters, "r", out long blockSize) || !TryGetNumber(parameters, "p", out long parallelization))
        {
            return KeyFileRefusal.NotAKeyFile;
        }

        KeyFileRefusal refusal = ScryptRefusal.Of(cost, blockSize, parallelization, limits, out ScryptCost? scrypt);
        crypto = scrypt is null ? null : read with { Scrypt = scrypt };
        return refusal;
    }

    private static KeyFileRefusal TryReadPbkdf2(JsonElement parameters, KeyFileLimits limits, Web3KeystoreCrypto read, out Web3KeystoreCrypto? crypto)
    {
        crypto = null;
        if (!TryGetNumber(parameters, "c", out long iterations) || iterations <= 0 || !TryGetText(parameters, "prf", out string function))
        {
            return KeyFileRefusal.NotAKeyFile;
        }

        if (function != "hmac-sha256")
        {
            return KeyFileRefusal.Unsupported;
        }

        if (iterations > limits.MaxIterations)
        {
            return KeyFileRefusal.TooCostly;
        }

        crypto = read with { Iterations = (int)iterations };
        return KeyFileRefusal.None;
    }

    private static bool TryGet(JsonElement part, string name, out JsonElement value)
    {
        value = default;
        return part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out value);
    }

    private static bool TryGetText(JsonElement part, string name, out string text)
    {
        bool isText = TryGet(part, name, out JsonElement value) && value.ValueKind == JsonValueKind.String;
        text = isText ? value.GetString()! : string.Empty;
        return isText;
    }

    private static bool TryGetNumber(JsonElement part, string name, out long number)
    {
        number = 0;
        return TryGet(part, name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number);
    }

    private static bool TryGetBytes(JsonElement part, string name, out byte[] bytes)
    {
        bytes = [];
        if (!TryGetText(part, name, out string text))
        {
            return false;
        }

        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text;
        byte[] read = new byte[digits.Length / 2];
        if (digits.Length % 2 != 0 || Convert.FromHexString(digits, read, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        bytes = read;
        return true;
    }
}
