using System.Numerics;
using System.Security.Cryptography;
using Verifiable.Inference.Keys.Edwards;

namespace Verifiable.Inference.Keys.Tests.Edwards;

/// <summary>Ed25519 as RFC 8032, section 5.1, writes it down, in plain arithmetic: the model that libraries are compared with.</summary>
internal static class PlainEd25519
{
    /// <summary>The points whose order divides 8, by their order: T[k] is k times a point of order 8.</summary>
    public static EdwardsPoint[] Torsion { get; } = [.. Enumerable.Range(0, 8).Select(static k =>
        (BigInteger)k * EdwardsPoint.Read(Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))!.Value)];

    /// <summary>Tells whether the equation holds, with points and numbers taken as they come.</summary>
    public static bool HoldsEquation(byte[] publicKey, byte[] message, byte[] signature, bool withCofactor)
    {
        if (EdwardsPoint.Read(publicKey) is not { } a || EdwardsPoint.Read(signature.AsSpan(0, 32)) is not { } r)
        {
            return false;
        }

        BigInteger s = new(signature.AsSpan(32), isUnsigned: true);
        EdwardsPoint difference = (s * EdwardsPoint.Base) + -(r + (Hash(signature.AsSpan(0, 32), publicKey, message) * a));
        return (withCofactor ? 8 * difference : difference).IsIdentity;
    }

    /// <summary>Tells whether a signature is valid by the rules that are documented: canonical, A in the group of prime order, R not of small order, no cofactor.</summary>
    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        publicKey.Length == 32 && signature.Length == 64
        && IsCanonical(publicKey) && IsCanonical(signature[..32]) && new BigInteger(signature.AsSpan(32), isUnsigned: true) < EdwardsPoint.Order
        && EdwardsPoint.Read(publicKey) is { } a && (EdwardsPoint.Order * a).IsIdentity && !a.IsIdentity
        && EdwardsPoint.Read(signature.AsSpan(0, 32)) is { } r && !(8 * r).IsIdentity
        && HoldsEquation(publicKey, message, signature, withCofactor: false);

    /// <summary>Makes a signature whose S solves S = r + h·a, for any A and R, which may have parts of small order.</summary>
    public static byte[] Sign(BigInteger a, BigInteger r, byte[] publicKey, byte[] commitment, byte[] message)
    {
        byte[] s = ((r + (Hash(commitment, publicKey, message) * a)) % EdwardsPoint.Order).ToByteArray(isUnsigned: true);
        return [.. commitment, .. s, .. new byte[32 - s.Length]];
    }

    public static BigInteger Hash(ReadOnlySpan<byte> commitment, byte[] publicKey, byte[] message) =>
        new BigInteger(SHA512.HashData([.. commitment, .. publicKey, .. message]), isUnsigned: true) % EdwardsPoint.Order;

    // The one encoding of its point.
    private static bool IsCanonical(byte[] bytes) => EdwardsPoint.Read(bytes) is { } point && point.ToBytes().AsSpan().SequenceEqual(bytes);
}
