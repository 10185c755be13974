using System.Security.Cryptography;

namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>
/// Tells whether a library that was found does what its name promises: another library may have the name and the functions. The key, the digest and the signature are
/// those of the example in EIP-712.
/// </summary>
internal static class Secp256k1SelfTest
{
    private static readonly byte[] _digest = Convert.FromHexString("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    private static readonly byte[] _address = Convert.FromHexString("cd2a3d9f938e13cd947ec05abc7fe734df8dd826");
    private static readonly byte[] _signature = Convert.FromHexString(
        "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562");

    /// <summary>Recovers what is known, and what the library signs itself; another digest must give another key.</summary>
    public static bool Passes(ISecp256k1Library library)
    {
        Span<byte> privateKey = stackalloc byte[EthereumSignatures.PrivateKeySize];
        Span<byte> publicKey = stackalloc byte[ISecp256k1Library.UncompressedKeySize];
        Span<byte> signature = stackalloc byte[2 * Secp256k1Order.Size];
        Keccak256.Hash("cow"u8, privateKey);
        try
        {
            library.CopyPublicKeyTo(privateKey, publicKey);
            int recoveryId = library.Sign(privateKey, publicKey, _digest, signature);
            return Recovers(library, _digest, _signature, 1) && !Recovers(library, privateKey, _signature, 1) && !Recovers(library, _digest, _signature, 0)
                && EthereumAddress.OfKey(publicKey) == new EthereumAddress(_address)
                && recoveryId is 0 or 1 && Secp256k1Order.IsLowScalar(signature[Secp256k1Order.Size..]) && Recovers(library, _digest, signature, recoveryId);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool Recovers(ISecp256k1Library library, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recoveryId)
    {
        Span<byte> key = stackalloc byte[ISecp256k1Library.UncompressedKeySize];
        return library.TryRecover(digest, signature, recoveryId, key) && EthereumAddress.OfKey(key) == new EthereumAddress(_address);
    }
}
