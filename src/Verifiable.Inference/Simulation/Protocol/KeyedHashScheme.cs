using System.Buffers.Binary;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>
/// Signatures of one simulated world: SipHash-1-3 of key and message under the world's secret. Whoever holds this object can sign for everybody, so it is neither public nor handed out, and no other set of
/// schemes knows its name. Immutable and thread-safe.
/// </summary>
internal sealed class KeyedHashScheme : IFastSignatureScheme
{
    internal const string SchemeName = "simulation-only";
    internal const int SignatureBytes = 2 * sizeof(ulong);

    private readonly KeyedHash _hash;

    public KeyedHashScheme(IRandomSource randomness)
    {
        _hash = new KeyedHash(randomness);
    }

    public string Name => SchemeName;

    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes || publicKey.Length != sizeof(ulong))
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[SignatureBytes];
        Sign(publicKey, message, expected);
        return signature.SequenceEqual(expected);
    }

    public void Sign(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        (ulong first, ulong second) = _hash.HashQuickly(message);
        ulong key = BinaryPrimitives.ReadUInt64LittleEndian(publicKey);
        Span<byte> bound = stackalloc byte[3 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bound, first);
        BinaryPrimitives.WriteUInt64LittleEndian(bound[8..], second);
        BinaryPrimitives.WriteUInt64LittleEndian(bound[16..], key);
        (first, second) = _hash.HashQuickly(bound);
        BinaryPrimitives.WriteUInt64LittleEndian(signature, first);
        BinaryPrimitives.WriteUInt64LittleEndian(signature[8..], second);
    }
}
