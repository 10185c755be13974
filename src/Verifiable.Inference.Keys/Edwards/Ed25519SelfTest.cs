using System.Security.Cryptography;

namespace Verifiable.Inference.Keys.Edwards;

/// <summary>
/// Tells whether a library that was found does what its name promises: another library may have the name and the functions, and one that says "valid" to everything
/// would be the end of a verifier. RFC 8032, section 7.1, test 2, and a point with a part of small order (the key of cases 3 to 5 of "Taming the many EdDSAs", 2020).
/// </summary>
internal static class Ed25519SelfTest
{
    private static readonly byte[] _privateKey = Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    private static readonly byte[] _publicKey = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    private static readonly byte[] _signature = Convert.FromHexString(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

    private static readonly byte[] _mixedPoint = Convert.FromHexString("cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d");

    /// <summary>Signs and verifies what is known, and verifies what is known to be wrong.</summary>
    public static bool Passes(IEd25519Library library)
    {
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        Span<byte> signature = stackalloc byte[Ed25519.SignatureSize];
        try
        {
            using IEd25519PrivateKey key = library.CreatePrivateKey(_privateKey);
            key.CopyPublicKeyTo(publicKey);
            key.Sign([0x72], signature);
            return publicKey.SequenceEqual(_publicKey) && signature.SequenceEqual(_signature)
                && library.IsValidPoint(_publicKey) && !library.IsValidPoint(_mixedPoint)
                && library.Verify(_publicKey, [0x72], _signature) && !library.Verify(_publicKey, [0x73], _signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
