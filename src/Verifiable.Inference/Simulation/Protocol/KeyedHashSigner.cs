using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>Signs for one node of a simulated world. Immutable and thread-safe.</summary>
internal sealed class KeyedHashSigner : ISigner
{
    private readonly KeyedHashScheme _scheme;

    public KeyedHashSigner(KeyedHashScheme scheme, string name)
    {
        _scheme = scheme;
        PublicKey = new PublicKey(KeyedHashScheme.SchemeName, Digest.Of(Encoding.UTF8.GetBytes(name)).ToArray().AsSpan(0, sizeof(ulong)));
    }

    public PublicKey PublicKey { get; }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[KeyedHashScheme.SignatureBytes];
        _scheme.Sign(PublicKey.Bytes, message, signature);
        return signature;
    }
}
