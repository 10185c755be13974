using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>
/// Randomness that replays from a seed: block i is HMAC-SHA-256(key, i). For tests, samples and simulations only: whoever knows the seed knows every secret drawn
/// from it.
/// </summary>
public sealed class SeededRandomSource : IRandomSource
{
    private readonly byte[] _key;
    private readonly Lock _gate = new();
    private ulong _nextBlock;

    /// <summary>Creates a source from a seed.</summary>
    public SeededRandomSource(ulong seed)
        : this(KeyOf(seed))
    {
    }

    private SeededRandomSource(byte[] key)
    {
        _key = key;
    }

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        Span<byte> counter = stackalloc byte[sizeof(ulong)];
        Span<byte> block = stackalloc byte[HMACSHA256.HashSizeInBytes];
        lock (_gate)
        {
            while (!destination.IsEmpty)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(counter, _nextBlock++);
                Sha256.Hmac(_key, counter, block);
                int count = Math.Min(block.Length, destination.Length);
                block[..count].CopyTo(destination);
                destination = destination[count..];
            }
        }
    }

    /// <inheritdoc/>
    public IRandomSource Fork(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return new SeededRandomSource(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes("fork/" + label)));
    }

    private static byte[] KeyOf(ulong seed)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        return HMACSHA256.HashData("vinf/seed/v1"u8, bytes);
    }
}
