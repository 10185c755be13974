using System.Buffers.Binary;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Makes hostile bytes out of valid ones; the same for the same seed.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus)
{
    private static readonly ulong[] _extremes =
    [
        0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF,
        0x100000000, 0x7FFFFFFFFFFFFFFE, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF,
        0x7FF0000000000001, 0xFFF8000000000000, 0xFFC00000, 0x7F800001,
    ];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        byte[] bytes = [.. Pick()];
        int mutations = _random.Next(1, 4);
        for (int i = 0; i < mutations; i++)
        {
            bytes = Mutate(bytes);
        }

        return bytes;
    }

    private byte[] Mutate(byte[] bytes)
    {
        int at = _random.Next(bytes.Length + 1);
        int end = _random.Next(at, bytes.Length + 1);
        switch (_random.Next(9))
        {
            case 0 when bytes.Length > 0:
                bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 1 when bytes.Length > 0:
                bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                byte[] tail = new byte[_random.Next(1, 40)];
                _random.NextBytes(tail);
                return [.. bytes, .. tail];
            case 4:
                byte[] other = Pick();
                return [.. bytes[..at], .. other[_random.Next(other.Length + 1)..]];
            case 5:
                return [.. bytes[..end], .. bytes[at..]];
            case 6:
                return [.. bytes[..at], .. bytes[end..]];
            case 7:
                bytes.AsSpan(at, end - at).Fill(_random.Next(2) == 0 ? (byte)0 : (byte)255);
                return bytes;
            default:
                return WithExtreme(bytes);
        }
    }

    // Overwrites one, two, four or eight bytes with a number at the edge of some type: most hit a length, a count or an index sooner or later.
    private byte[] WithExtreme(byte[] bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, _extremes[_random.Next(_extremes.Length)]);
        int size = 1 << _random.Next(4);
        if (bytes.Length >= size)
        {
            number[..size].CopyTo(bytes.AsSpan(_random.Next(bytes.Length - size + 1)));
        }

        return bytes;
    }

    private byte[] Pick() => corpus[_random.Next(corpus.Count)];
}
