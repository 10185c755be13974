using System.Buffers.Binary;

namespace Verifiable.Inference.Keys.Edwards;

/// <summary>
/// Remembers which public keys are points of the group of prime order, because finding out costs more than a verification. Thread-safe and bounded: when the younger
/// generation is full it becomes the older one, whose keys are then forgotten, so that keys in use stay whatever keys strangers send.
/// </summary>
internal sealed class Ed25519KeyCache
{
    private const int GenerationSize = 4096;

    private readonly Lock _lock = new();
    private HashSet<Key> _younger = [];
    private HashSet<Key> _older = [];

    /// <summary>Tells whether a canonical encoding of 32 bytes is a public key, asking the library if need be.</summary>
    public bool IsValid(ReadOnlySpan<byte> publicKey, IEd25519Library library)
    {
        Key key = new(
            BinaryPrimitives.ReadUInt64LittleEndian(publicKey), BinaryPrimitives.ReadUInt64LittleEndian(publicKey[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(publicKey[16..]), BinaryPrimitives.ReadUInt64LittleEndian(publicKey[24..]));
        lock (_lock)
        {
            if (_younger.Contains(key))
            {
                return true;
            }

            if (_older.Contains(key))
            {
                Add(key);
                return true;
            }
        }

        // Bytes that are no key are not kept: refusing them again costs what it cost before.
        if (!library.IsValidPoint(publicKey))
        {
            return false;
        }

        lock (_lock)
        {
            Add(key);
        }

        return true;
    }

    private void Add(Key key)
    {
        if (_younger.Count >= GenerationSize)
        {
            _older = _younger;
            _younger = [];
        }

        _ = _younger.Add(key);
    }

    // HashCode is seeded anew in every process: nobody can send keys that fall into one bucket.
    private readonly record struct Key(ulong A, ulong B, ulong C, ulong D)
    {
        public override int GetHashCode() => HashCode.Combine(A, B, C, D);
    }
}
