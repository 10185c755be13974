#pragma warning disable CA1062 // A stand-in for the few members of another package that the page's code uses.
using Verifiable.Inference.Keys.Ethereum;

namespace Nethereum.Signer;

/// <summary>Stands in for Nethereum's signature: numbers without leading zeros.</summary>
public sealed class EthECDSASignature(byte[] r, byte[] s, byte[] v)
{
    public byte[] R => r;

    public byte[] S => s;

    public byte[] V => v;
}

/// <summary>Stands in for Nethereum's key.</summary>
public sealed class EthECKey
{
    private readonly ISecp256k1Library _library;
    private readonly byte[] _privateKey;
    private readonly byte[] _publicKey = new byte[65];

    internal EthECKey(ISecp256k1Library library, byte[] privateKey)
    {
        _library = library;
        _privateKey = privateKey;
        library.CopyPublicKeyTo(privateKey, _publicKey);
    }

    public string GetPublicAddress() => EthereumAddress.OfKey(_publicKey).ToString();

    public EthECDSASignature SignAndCalculateV(byte[] hash)
    {
        byte[] signature = new byte[64];
        int recoveryId = _library.Sign(_privateKey, _publicKey, hash, signature);
        return new EthECDSASignature(Trim(signature[..32]), Trim(signature[32..]), [(byte)(27 + recoveryId)]);
    }

    private static byte[] Trim(byte[] number) => [.. number.SkipWhile(static value => value == 0)];
}
