using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Keys.Ethereum;

/// <summary>Verifies signatures of Ethereum accounts. It has no keys to keep: an address is compared with what the signature gives. Thread-safe.</summary>
internal sealed class EthereumScheme(ISecp256k1Library library) : ISignatureScheme
{
    /// <inheritdoc/>
    public string Name => EthereumSignatures.Name;

    /// <summary>Gets the library.</summary>
    public ISecp256k1Library Library => library;

    /// <inheritdoc/>
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != EthereumAddress.Size || !EthereumSignatures.IsCanonical(signature))
        {
            return false;
        }

        Span<byte> digest = stackalloc byte[Keccak256.Size];
        EthereumMessage.Hash(message, digest);
        return EthereumSignatures.TryRecover(library, digest, signature, out EthereumAddress signer) && signer == new EthereumAddress(publicKey);
    }
}
