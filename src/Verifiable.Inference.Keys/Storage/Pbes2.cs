using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Verifiable.Inference.Keys.Storage;

/// <summary>
/// Encryption by password as PKCS #5 has it (PBES2, RFC 8018, section 6.2): AES-CBC under a key of PBKDF2, or of scrypt (RFC 7914, section 7). The parameters are read and
/// held against limits before anything is derived, which is why the framework, which derives first, is not asked to read such files.
/// </summary>
internal sealed class Pbes2
{
    private const string Pbes2Oid = "1.2.840.113549.1.5.13";
    private const string Pbkdf2Oid = "1.2.840.113549.1.5.12";
    private const string ScryptOid = "1.3.6.1.4.1.11591.4.11";
    private const string HmacSha256Oid = "1.2.840.113549.2.9";
    private const string Aes256CbcOid = "2.16.840.1.101.3.4.1.42";
    private const int Aes256KeySize = 32;
    private const int BlockSize = 16;
    private const int SaltSize = 16;

    private readonly byte[] _salt;
    private readonly int _iterations;
    private readonly HashAlgorithmName _hash;
    private readonly ScryptCost? _scrypt;
    private readonly int _keySize;
    private readonly byte[] _vector;
    private readonly byte[] _ciphertext;

    private Pbes2(byte[] salt, int iterations, HashAlgorithmName hash, ScryptCost? scrypt, int keySize, byte[] vector, byte[] ciphertext)
    {
        _salt = salt;
        _iterations = iterations;
        _hash = hash;
        _scrypt = scrypt;
        _keySize = keySize;
        _vector = vector;
        _ciphertext = ciphertext;
    }

    /// <summary>Encrypts bytes with AES-256 under a key of PBKDF2 with HMAC-SHA-256.</summary>
    /// <returns>The DER encoding of an EncryptedPrivateKeyInfo (RFC 5958, section 3).</returns>
    public static byte[] Encrypt(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> password, int iterations, Selection.IRandomSource randomness)
    {
        byte[] salt = new byte[SaltSize];
        byte[] vector = new byte[BlockSize];
        randomness.Fill(salt);
        randomness.Fill(vector);
        Pbes2 encryption = new(salt, iterations, HashAlgorithmName.SHA256, null, Aes256KeySize, vector, []);
        using Aes aes = encryption.CreateAes(password);
        return encryption.Write(aes.EncryptCbc(plaintext, vector));
    }

    /// <summary>Reads the parameters and the ciphertext, and derives nothing yet.</summary>
    public static KeyFileRefusal TryRead(byte[] der, KeyFileLimits limits, out Pbes2? encryption)
    {
        encryption = null;
        try
        {
            AsnReader whole = new(der, AsnEncodingRules.DER);
            AsnReader file = whole.ReadSequence();
            whole.ThrowIfNotEmpty();
            AsnReader algorithm = file.ReadSequence();
            byte[] ciphertext = file.ReadOctetString();
            file.ThrowIfNotEmpty();
            if (algorithm.ReadObjectIdentifier() != Pbes2Oid)
            {
                return KeyFileRefusal.Unsupported;
            }

            AsnReader parameters = algorithm.ReadSequence();
            algorithm.ThrowIfNotEmpty();
            AsnReader derivation = parameters.ReadSequence();
            AsnReader cipher = parameters.ReadSequence();
            parameters.ThrowIfNotEmpty();
            int keySize = KeySizeOf(cipher.ReadObjectIdentifier());
            if (keySize == 0)
            {
                return KeyFileRefusal.Unsupported;
            }

            byte[] vector = cipher.ReadOctetString();
            cipher.ThrowIfNotEmpty();
            if (vector.Length != BlockSize || ciphertext.Length == 0 || ciphertext.Length % BlockSize != 0)
            {
                return KeyFileRefusal.NotAKeyFile;
            }

            string oid = derivation.ReadObjectIdentifier();
            AsnReader values = derivation.ReadSequence();
            derivation.ThrowIfNotEmpty();
            return oid switch
            {
                Pbkdf2Oid => TryReadPbkdf2(values, limits, keySize, vector, ciphertext, out encryption),
                ScryptOid => TryReadScrypt(values, limits, keySize, vector, ciphertext, out encryption),
                _ => KeyFileRefusal.Unsupported,
            };
        }
        catch (AsnContentException)
        {
            return KeyFileRefusal.NotAKeyFile;
        }
    }

    /// <summary>Decrypts. The caller erases the result.</summary>
    /// <returns><see langword="null"/> when the padding is wrong, as it is under most wrong passwords.</returns>
    public byte[]? TryDecrypt(ReadOnlySpan<byte> password)
    {
        using Aes aes = CreateAes(password);
        byte[] plaintext = GC.AllocateArray<byte>(_ciphertext.Length, pinned: true);
        try
        {
            // Without the cipher's own check of the padding, which would throw: a wrong password is an answer.
            _ = aes.DecryptCbc(_ciphertext, _vector, plaintext, PaddingMode.None);
            int padding = plaintext[^1];
            if (padding is < 1 or > BlockSize || plaintext.AsSpan(plaintext.Length - padding).ContainsAnyExcept((byte)padding))
            {
                return null;
            }

            byte[] unpadded = GC.AllocateArray<byte>(plaintext.Length - padding, pinned: true);
            plaintext.AsSpan(0, unpadded.Length).CopyTo(unpadded);
            return unpadded;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static KeyFileRefusal TryReadPbkdf2(AsnReader values, KeyFileLimits limits, int keySize, byte[] vector, byte[] ciphertext, out Pbes2? encryption)
    {
        encryption = null;
        byte[] salt = values.ReadOctetString();
        if (!values.TryReadInt32(out int iterations))
        {
            return KeyFileRefusal.TooCostly;
        }

        if (iterations <= 0 || !TryReadKeySize(values, keySize))
        {
            return KeyFileRefusal.NotAKeyFile;
        }

        HashAlgorithmName? hash = HashAlgorithmName.SHA1; // The default of the definition.
        if (values.HasData)
        {
            AsnReader function = values.ReadSequence();
            hash = HashOf(function.ReadObjectIdentifier());
            if (function.HasData)
            {
                function.ReadNull();
            }

            function.ThrowIfNotEmpty();
        }

        values.ThrowIfNotEmpty();
        if (hash is null)
        {
            return KeyFileRefusal.Unsupported;
        }

        if (iterations > limits.MaxIterations)
        {
            return KeyFileRefusal.TooCostly;
        }

        encryption = new Pbes2(salt, iterations, hash.Value, null, keySize, vector, ciphertext);
        return KeyFileRefusal.None;
    }

    private static KeyFileRefusal TryReadScrypt(AsnReader values, KeyFileLimits limits, int keySize, byte[] vector, byte[] ciphertext, out Pbes2? encryption)
    {
        encryption = null;
        byte[] salt = values.ReadOctetString();
        if (!values.TryReadInt64(out long cost) || !values.TryReadInt64(out long blockSize) || !values.TryReadInt64(out long parallelization))
        {
            return KeyFileRefusal.TooCostly;
        }

        if (!TryReadKeySize(values, keySize))
        {
            return KeyFileRefusal.NotAKeyFile;
        }

        values.ThrowIfNotEmpty();
        KeyFileRefusal refusal = ScryptRefusal.Of(cost, blockSize, parallelization, limits, out ScryptCost? scrypt);
        encryption = scrypt is null ? null : new Pbes2(salt, 0, default, scrypt, keySize, vector, ciphertext);
        return refusal;
    }

    private static bool TryReadKeySize(AsnReader values, int keySize) =>
        !values.HasData || values.PeekTag() != Asn1Tag.Integer || (values.TryReadInt32(out int written) && written == keySize);

    private static int KeySizeOf(string cipher) => cipher switch
    {
        "2.16.840.1.101.3.4.1.2" => 16,
        "2.16.840.1.101.3.4.1.22" => 24,
        Aes256CbcOid => Aes256KeySize,
        _ => 0,
    };

    private static HashAlgorithmName? HashOf(string oid) => oid switch
    {
        "1.2.840.113549.2.7" => HashAlgorithmName.SHA1,
        HmacSha256Oid => HashAlgorithmName.SHA256,
        "1.2.840.113549.2.10" => HashAlgorithmName.SHA384,
        "1.2.840.113549.2.11" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private Aes CreateAes(ReadOnlySpan<byte> password)
    {
        Span<byte> key = stackalloc byte[Aes256KeySize];
        key = key[.._keySize];
        try
        {
            if (_scrypt is null)
            {
                Rfc2898DeriveBytes.Pbkdf2(password, _salt, key, _iterations, _hash);
            }
            else
            {
                Scrypt.DeriveKey(password, _salt, _scrypt, key);
            }

            Aes aes = Aes.Create();
            aes.SetKey(key);
            return aes;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private byte[] Write(byte[] ciphertext)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Pbes2Oid);
                using (writer.PushSequence())
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Pbkdf2Oid);
                        using (writer.PushSequence())
                        {
                            writer.WriteOctetString(_salt);
                            writer.WriteInteger(_iterations);
                            using (writer.PushSequence())
                            {
                                writer.WriteObjectIdentifier(HmacSha256Oid);
                                writer.WriteNull();
                            }
                        }
                    }

                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Aes256CbcOid);
                        writer.WriteOctetString(_vector);
                    }
                }
            }

            writer.WriteOctetString(ciphertext);
        }

        return writer.Encode();
    }
}
