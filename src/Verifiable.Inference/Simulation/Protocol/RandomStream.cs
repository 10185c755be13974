using System.Buffers.Binary;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>Numbers of a node's own choices. Not thread-safe.</summary>
internal readonly struct RandomStream(IRandomSource source)
{
    private readonly IRandomSource _source = source;

    public ulong NextWord()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        _source.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public double NextDouble() => (NextWord() >> 11) * (1.0 / (1UL << 53));
}
