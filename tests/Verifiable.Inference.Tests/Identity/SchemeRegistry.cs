using System.Globalization;
using System.Numerics;
using System.Text;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Identity;

/// <summary>Every signature scheme of the core. A new scheme gets all laws by one more line; those of the package of keys have a registry of their own beside its tests.</summary>
public static class SchemeRegistry
{
    private static readonly BigInteger _p256Order =
        BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static readonly SchemeCase[] _cases =
    [
        new(EcdsaP256.Name, EcdsaP256.Scheme, seed => EcdsaP256Signer.FromSeed(Encoding.UTF8.GetBytes(seed)), signature => [NegateSecondHalf(signature, _p256Order)]),
    ];

    public static IReadOnlyList<SchemeCase> All => _cases;

    public static TheoryData<string> Names => [.. _cases.Select(item => item.Title)];

    public static SchemeCase Get(string name) => _cases.Single(item => item.Title == name);

    private static byte[] NegateSecondHalf(byte[] signature, BigInteger order)
    {
        int half = signature.Length / 2;
        BigInteger s = new(signature.AsSpan(half), isUnsigned: true, isBigEndian: true);
        byte[] negated = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..half], .. new byte[half - negated.Length], .. negated];
    }
}
