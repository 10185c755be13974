using System.Security.Cryptography;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>ECDSA by libsecp256k1: nonces by RFC 6979, in constant time.</summary>
internal sealed unsafe class NativeSecp256k1(LibSecp256k1 library) : ISecp256k1Library
{
    private const int InternalKeySize = 64;
    private const int InternalSignatureSize = 65;
    private const uint Uncompressed = 2;

    private readonly LibSecp256k1 _library = library;

    /// <inheritdoc/>
    public string Name => "libsecp256k1";

    /// <inheritdoc/>
    public void CopyPublicKeyTo(ReadOnlySpan<byte> privateKey, Span<byte> uncompressed)
    {
        byte* key = stackalloc byte[InternalKeySize];
        fixed (byte* secret = privateKey)
        {
            Require(_library.CreatePublicKey(_library.Context, key, secret));
        }

        Serialize(key, uncompressed);
    }

    /// <inheritdoc/>
    public int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        byte* recoverable = stackalloc byte[InternalSignatureSize];
        Span<byte> entropy = stackalloc byte[Secp256k1Order.Size];
        entropy.Clear();
        int recoveryId;
        fixed (byte* secret = privateKey, hash = digest, bytes = signature, extra = entropy)
        {
            Require(_library.SignRecoverable(_library.Context, recoverable, hash, secret, 0, null));
            Require(_library.SerializeSignature(_library.Context, bytes, &recoveryId, recoverable));

            // An x that is not below n, once in 2^127: Ethereum has no such recovery id, so the nonce is drawn again.
            while (recoveryId > 1)
            {
                entropy[^1]++;
                Require(_library.SignRecoverable(_library.Context, recoverable, hash, secret, 0, extra));
                Require(_library.SerializeSignature(_library.Context, bytes, &recoveryId, recoverable));
            }
        }

        return recoveryId;
    }

    /// <inheritdoc/>
    public bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recoveryId, Span<byte> uncompressed)
    {
        byte* recoverable = stackalloc byte[InternalSignatureSize];
        byte* key = stackalloc byte[InternalKeySize];
        fixed (byte* hash = digest, bytes = signature)
        {
            if (_library.ParseSignature(_library.Context, recoverable, bytes, recoveryId) != 1
                || _library.Recover(_library.Context, key, recoverable, hash) != 1)
            {
                return false;
            }
        }

        Serialize(key, uncompressed);
        return true;
    }


    private static void Require(int result)
    {
        if (result != 1)
        {
            throw new CryptographicException("libsecp256k1 could not do what it does for every valid key.");
        }
    }

    private void Serialize(byte* key, Span<byte> uncompressed)
    {
        nuint size = ISecp256k1Library.UncompressedKeySize;
        fixed (byte* bytes = uncompressed)
        {
            Require(_library.SerializePublicKey(_library.Context, bytes, &size, key, Uncompressed));
        }
    }
}
