using System.Globalization;
using System.Numerics;
using System.Text;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Tests;

namespace Verifiable.Inference.Tests.Identity;

/// <summary>Every signature scheme with this package, each by every library of this machine that does its arithmetic. A new one gets all laws by one more line.</summary>
public static class SchemeRegistry
{
    private static readonly BigInteger _p256Order = Parse("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static readonly BigInteger _secp256k1Order = Parse("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    private static readonly SchemeCase[] _cases =
    [
        new(EcdsaP256.Name, EcdsaP256.Scheme, name => EcdsaP256Signer.FromSeed(Encoding.UTF8.GetBytes(name)), signature => [Negate(signature, _p256Order)]),
        .. Libraries.Ed25519s.Select((library, number) => new SchemeCase(
            $"{Ed25519.Name} by {library.Name} ({number})", new Ed25519Scheme(library), name => Ed25519Signer.FromSeed(library, Encoding.UTF8.GetBytes(name)), SecondFormsOfEd25519)),
        .. Libraries.Secp256k1s.Select(library => new SchemeCase(
            $"{EthereumSignatures.Name} by {library.Name}", new EthereumScheme(library), name => EthereumSigner.FromSeed(library, Encoding.UTF8.GetBytes(name)), SecondFormsOfEthereum)),
    ];

    public static IReadOnlyList<SchemeCase> All => _cases;

    public static TheoryData<string> Names => [.. _cases.Select(item => item.Title)];

    public static SchemeCase Get(string name) => _cases.Single(item => item.Title == name);

    private static IEnumerable<byte[]> SecondFormsOfEd25519(byte[] signature)
    {
        // S + kL for every k that fits: the first three bits of S are not checked by verifiers of the first years.
        BigInteger s = new(signature.AsSpan(32), isUnsigned: true);
        for (int k = 1; k <= 15 && s + (k * EdwardsPoint.Order) < BigInteger.Pow(2, 256); k++)
        {
            byte[] other = (s + (k * EdwardsPoint.Order)).ToByteArray(isUnsigned: true);
            yield return [.. signature[..32], .. other, .. new byte[32 - other.Length]];
        }

        // R − S·B = −h·A has no second solution that a stranger finds; −R and −S are the ones he would try.
        byte[] negated = (EdwardsPoint.Order - s).ToByteArray(isUnsigned: true);
        yield return [.. signature[..31], (byte)(signature[31] ^ 0x80), .. negated, .. new byte[32 - negated.Length]];
        yield return [.. signature[32..], .. signature[..32]];
    }

    private static IEnumerable<byte[]> SecondFormsOfEthereum(byte[] signature)
    {
        byte v = signature[64];
        byte otherV = (byte)(55 - v);
        byte[] negated = Negate(signature[..64], _secp256k1Order);

        // (r, n − s) with the other recovery id is what recovers to the same key.
        yield return [.. negated, otherV];
        yield return [.. negated, v];
        yield return [.. signature[..64], otherV];

        // As libraries count recovery ids, as transactions of chain 1 do (EIP-155), and with an x that is not below n.
        yield return [.. signature[..64], (byte)(v - 27)];
        yield return [.. signature[..64], (byte)(v + 10)];
        yield return [.. signature[..64], (byte)(v + 2)];

        // The short form of EIP-2098.
        byte[] compact = signature[..64];
        compact[32] |= (byte)(v == 28 ? 0x80 : 0);
        yield return compact;

        // r + n, where it fits into 32 bytes, which it does for almost no r.
        BigInteger r = new(signature.AsSpan(0, 32), isUnsigned: true, isBigEndian: true);
        if (r + _secp256k1Order < BigInteger.Pow(2, 256))
        {
            yield return [.. (r + _secp256k1Order).ToByteArray(isUnsigned: true, isBigEndian: true), .. signature[32..]];
        }
    }

    private static byte[] Negate(byte[] signature, BigInteger order)
    {
        int half = signature.Length / 2;
        BigInteger s = new(signature.AsSpan(half), isUnsigned: true, isBigEndian: true);
        byte[] negated = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..half], .. new byte[half - negated.Length], .. negated];
    }

    private static BigInteger Parse(string text) => BigInteger.Parse("0" + text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
