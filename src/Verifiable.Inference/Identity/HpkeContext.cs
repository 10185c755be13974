using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Verifiable.Inference.Identity;

/// <summary>The keys of one encapsulation (RFC 9180, section 5.2): seals or opens messages in order, and exports secrets. For one caller at a time; disposing it erases the keys.</summary>
internal sealed class HpkeContext(HpkeSuite suite, byte[] key, byte[] baseNonce, byte[] exporterSecret) : IDisposable
{
    private readonly AesGcm _cipher = new(key, HpkeSuite.TagSize);
    private ulong _sequence;

    /// <summary>Seals the next message: the ciphertext with its tag behind it.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated)
    {
        byte[] sealedBytes = new byte[plaintext.Length + HpkeSuite.TagSize];
        Span<byte> ciphertext = sealedBytes.AsSpan(0, plaintext.Length);
        _cipher.Encrypt(NextNonce(stackalloc byte[HpkeSuite.NonceSize]), plaintext, ciphertext, sealedBytes.AsSpan(plaintext.Length), associated);
        _sequence++;
        return sealedBytes;
    }

    /// <summary>Opens the next message; <see langword="false"/> when it is not the sender's, and then the sequence stays.</summary>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associated, [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        if (sealedBytes.Length < HpkeSuite.TagSize)
        {
            return false;
        }

        byte[] opened = new byte[sealedBytes.Length - HpkeSuite.TagSize];
        try
        {
            _cipher.Decrypt(NextNonce(stackalloc byte[HpkeSuite.NonceSize]), sealedBytes[..opened.Length], sealedBytes[opened.Length..], opened, associated);
        }
        catch (AuthenticationTagMismatchException)
        {
            // The framework has no way to ask without an exception; what it reports is hostile bytes, which are an answer here.
            return false;
        }

        _sequence++;
        plaintext = opened;
        return true;
    }

    /// <summary>Exports a secret (RFC 9180, section 5.3).</summary>
    public byte[] Export(ReadOnlySpan<byte> context, int length) => suite.Expand(exporterSecret, "sec"u8, context, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(exporterSecret);
    }

    private Span<byte> NextNonce(Span<byte> nonce)
    {
        baseNonce.CopyTo(nonce);
        Span<byte> last = nonce[^sizeof(ulong)..];
        BinaryPrimitives.WriteUInt64BigEndian(last, BinaryPrimitives.ReadUInt64BigEndian(last) ^ _sequence);
        return nonce;
    }
}
