using Nethereum.Signer;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Ethereum;

namespace Verifiable.Inference.Keys.Tests.Adapters;

/// <summary>Signs with an Ethereum key that Nethereum holds. What is signed is what the scheme says: typed data or a personal message.</summary>
public sealed class NethereumSigner(EthECKey key) : ISigner
{
    public PublicKey PublicKey { get; } = EthereumAddress.TryParse(key.GetPublicAddress(), out EthereumAddress address)
        ? address.PublicKey
        : throw new ArgumentException("Expected a key with an address.", nameof(key));

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        EthECDSASignature made = key.SignAndCalculateV(EthereumMessage.DigestOf(message));
        byte[] signature = new byte[EthereumSignatures.SignatureSize];
        made.R.CopyTo(signature, 32 - made.R.Length); // Without leading zeros, as Nethereum gives them.
        made.S.CopyTo(signature, 64 - made.S.Length);
        signature[64] = made.V[0];
        return signature;
    }
}
