using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Native;

namespace Verifiable.Inference.Keys.Tests.Edwards;

/// <summary>
/// libsodium since 1.0.19 verifies with the cofactor, and the system's packages are older: here is one that does, its functions written after RFC 8032 in plain arithmetic.
/// That it does is found out, and what it accepts too much is refused.
/// </summary>
public sealed unsafe class CofactoredSodiumTests
{
    private static readonly byte[] _message = [1, 2, 3];
    private static readonly BigInteger _a = BigInteger.Pow(3, 150);
    private static readonly BigInteger _r = BigInteger.Pow(5, 100);
    private static readonly LibSodium _library = new(
        0,
        (nint)(delegate* unmanaged[Cdecl]<byte*, byte*, ulong, byte*, int>)&VerifyWithCofactor,
        0,
        (nint)(delegate* unmanaged[Cdecl]<byte*, int>)&IsInGroup);

    [Fact]
    public void A_library_that_uses_the_cofactor_accepts_no_more_than_one_that_does_not()
    {
        SodiumEd25519 library = new(_library);
        SodiumEd25519 lax = new(_library, checksCommitment: false);
        byte[] key = (_a * EdwardsPoint.Base).ToBytes();
        int accepted = 0;
        for (int i = 0; i < 8; i++)
        {
            byte[] commitment = ((_r * EdwardsPoint.Base) + PlainEd25519.Torsion[i]).ToBytes();
            byte[] signature = PlainEd25519.Sign(_a, _r, key, commitment, _message);
            Assert.True(lax.Verify(key, _message, signature));
            Assert.Equal(PlainEd25519.Verify(key, _message, signature), library.Verify(key, _message, signature));
            Assert.Equal(PlainEd25519.Verify(key, _message, signature), new Ed25519Scheme(library).Verify(key, _message, signature));
            accepted += library.Verify(key, _message, signature) ? 1 : 0;
        }

        Assert.Equal(1, accepted);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int VerifyWithCofactor(byte* signature, byte* message, ulong size, byte* publicKey) => PlainEd25519.HoldsEquation(
        [.. new ReadOnlySpan<byte>(publicKey, 32)], [.. new ReadOnlySpan<byte>(message, (int)size)], [.. new ReadOnlySpan<byte>(signature, 64)], withCofactor: true) ? 0 : -1;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int IsInGroup(byte* point) =>
        EdwardsPoint.Read(new ReadOnlySpan<byte>(point, 32)) is { } known && !known.IsIdentity && (EdwardsPoint.Order * known).IsIdentity ? 1 : 0;
}
