using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Identity;

/// <summary>
/// Keeps imported public keys, because importing one costs more than a verification. Thread-safe and bounded: when the younger generation is full it becomes
/// the older one, whose keys are then forgotten, so that keys in use stay whatever keys strangers send.
/// </summary>
internal sealed class P256KeyCache
{
    private const int GenerationSize = 2048;

    private readonly Lock _lock = new();
    private Dictionary<CompressedPoint, P256VerificationKey> _younger = [];
    private Dictionary<CompressedPoint, P256VerificationKey> _older = [];

    /// <summary>Gets the key of a compressed point, importing it if need be.</summary>
    /// <returns><see langword="false"/> when the bytes are not a compressed point of the curve.</returns>
    public bool TryGet(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out P256VerificationKey? key)
    {
        key = null;
        if (bytes.Length != EcdsaP256.PublicKeySize)
        {
            return false;
        }

        CompressedPoint point = new(bytes[0], new Digest(bytes[1..]));
        lock (_lock)
        {
            if (_younger.TryGetValue(point, out key))
            {
                return true;
            }

            if (_older.TryGetValue(point, out key))
            {
                Add(point, key);
                return true;
            }
        }

        // Bytes that are no point are not kept: refusing them again costs what it cost before.
        if (!P256Curve.TryDecompress(bytes, out ECPoint decompressed))
        {
            return false;
        }

        key = new P256VerificationKey(decompressed);
        lock (_lock)
        {
            Add(point, key);
        }

        return true;
    }

    private void Add(CompressedPoint point, P256VerificationKey key)
    {
        if (_younger.Count >= GenerationSize)
        {
            _older = _younger;
            _younger = [];
        }

        _younger[point] = key;
    }

    private readonly record struct CompressedPoint(byte Tag, Digest X)
    {
        // Seeded anew in every process and over all bytes, so that nobody can send keys that fall into one bucket.
        public override int GetHashCode()
        {
            Span<byte> bytes = stackalloc byte[Digest.Size];
            X.CopyTo(bytes);
            HashCode hash = default;
            hash.Add(Tag);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }
}
