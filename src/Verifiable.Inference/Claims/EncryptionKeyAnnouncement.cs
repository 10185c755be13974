using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// A provider's word, to be signed by the key that is its identity, that messages for it are sealed with this key until then. What is sealed with a key that is not announced so may be
/// read by whoever stands between. Immutable.
/// </summary>
/// <param name="Ledger">The ledger on which the provider works.</param>
/// <param name="Provider">The provider.</param>
/// <param name="Key">The public key, <see cref="EncryptionKey.PublicKeySize"/> bytes.</param>
/// <param name="NotBefore">The time from which the key is good, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="NotAfter">The time from which it is not any more; later than <paramref name="NotBefore"/>. Short lives are what makes old messages unreadable once the key is erased.</param>
public sealed record EncryptionKeyAnnouncement(NodeId Ledger, NodeId Provider, OpaqueBytes Key, long NotBefore, long NotAfter) : ICanonical<EncryptionKeyAnnouncement>
{
    private const string Domain = "vinf/encryption-key/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out EncryptionKeyAnnouncement? value)
    {
        reader.ReadDomain(Domain);
        value = new EncryptionKeyAnnouncement(
            reader.Read<NodeId>(), reader.Read<NodeId>(), new OpaqueBytes(reader.ReadFixed(EncryptionKey.PublicKeySize)), reader.ReadInt64(), reader.ReadInt64());
        if (reader.Failed || value.NotAfter <= value.NotBefore || !value.IsKey)
        {
            reader.Fail();
            value = null;
        }

        return value is not null;
    }

    /// <summary>Tells whether the key is good at a time; the half-open rule, as for every deadline.</summary>
    public bool IsGoodAt(long time) => time >= NotBefore && time < NotAfter;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The key does not have its size.</exception>
    public void WriteTo(ref CanonicalWriter writer)
    {
        if (Key.Length != EncryptionKey.PublicKeySize)
        {
            throw new InvalidOperationException($"Expected a key of {EncryptionKey.PublicKeySize} bytes, got {Key.Length}.");
        }

        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        Provider.WriteTo(ref writer);
        writer.WriteFixed(Key.Span);
        writer.WriteInt64(NotBefore);
        writer.WriteInt64(NotAfter);
    }

    private bool IsKey
    {
        get
        {
            using System.Security.Cryptography.ECDiffieHellman? key = HpkeSuite.Deserialize(Key.Span);
            return key is not null;
        }
    }
}
