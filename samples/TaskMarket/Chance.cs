using System.Buffers.Binary;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>Numbers from a source of random bytes.</summary>
internal static class Chance
{
    public static int Below(IRandomSource source, int limit)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        source.Fill(bytes);
        return (int)(BinaryPrimitives.ReadUInt64LittleEndian(bytes) % (ulong)limit);
    }
}
