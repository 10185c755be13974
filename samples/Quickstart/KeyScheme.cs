using System.Globalization;
using System.Numerics;
using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>A signature scheme that all keys of a run may have.</summary>
internal sealed class KeyScheme
{
    private const int NumberSize = 32;

    private static readonly BigInteger _orderOfEd25519 = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);
    private static readonly BigInteger _orderOfSecp256k1 = BigInteger.Pow(2, 256) - BigInteger.Parse("432420386565659656852420866394968145599", CultureInfo.InvariantCulture);

    private readonly Func<ISignatureScheme> _scheme;
    private readonly Func<byte[], ISigner> _createKey;

    private KeyScheme(string name, string? missing, Func<ISignatureScheme> scheme, Func<byte[], ISigner> createKey, Func<OpaqueBytes, OpaqueBytes>? secondForm)
    {
        Name = name;
        Missing = missing;
        _scheme = scheme;
        _createKey = createKey;
        SecondForm = secondForm;
    }

    /// <summary>Gets all that there are; where the library of one is missing, it says so.</summary>
    public static IReadOnlyList<KeyScheme> All { get; } =
    [
        new(EcdsaP256.Name, null, static () => EcdsaP256.Scheme, static seed => EcdsaP256Signer.FromSeed(seed), null),
        new(Ed25519.Name, Ed25519.IsAvailable ? null : Ed25519.HowToEnable, static () => Ed25519.Scheme, static seed => Ed25519Signer.FromSeed(seed), AddOrder),
        new(
            EthereumSignatures.Name, EthereumSignatures.IsAvailable ? null : EthereumSignatures.HowToEnable, static () => EthereumSignatures.Scheme,
            static seed => EthereumSigner.FromSeed(seed), Negate),
    ];

    public string Name { get; }

    /// <summary>Gets what is missing and how to get it; <see langword="null"/> where nothing is.</summary>
    public string? Missing { get; }

    /// <summary>Gets how a cheat makes a second form of a signature; <see langword="null"/> for that of P-256, which the library knows.</summary>
    public Func<OpaqueBytes, OpaqueBytes>? SecondForm { get; }

    public SignatureSchemes Schemes => new(_scheme());

    public static KeyScheme Get(string name) => All.Single(scheme => scheme.Name == name);

    /// <summary>Makes a key that anybody who knows the seed can make: for a sample only.</summary>
    public ISigner CreateKey(string seed) => _createKey(Encoding.UTF8.GetBytes(seed));

    // Ed25519: S + L in place of S.
    private static OpaqueBytes AddOrder(OpaqueBytes signature)
    {
        byte[] bytes = signature.Span.ToArray();
        BigInteger s = new(bytes.AsSpan(NumberSize), isUnsigned: true);
        _ = (s + _orderOfEd25519).TryWriteBytes(bytes.AsSpan(NumberSize), out _, isUnsigned: true);
        return new OpaqueBytes(bytes);
    }

    // Ethereum: n − s in place of s, and the other recovery id.
    private static OpaqueBytes Negate(OpaqueBytes signature)
    {
        byte[] bytes = signature.Span.ToArray();
        Span<byte> s = bytes.AsSpan(NumberSize, NumberSize);
        BigInteger negated = _orderOfSecp256k1 - new BigInteger(s, isUnsigned: true, isBigEndian: true);
        s.Clear();
        _ = negated.TryWriteBytes(s[(NumberSize - negated.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        bytes[^1] = (byte)(55 - bytes[^1]);
        return new OpaqueBytes(bytes);
    }
}
