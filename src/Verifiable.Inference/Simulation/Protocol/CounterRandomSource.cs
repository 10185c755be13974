using System.Buffers.Binary;
using System.Text;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Simulation.Populations;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>Randomness of a simulated world: Philox from a seed. For simulations only: whoever knows the seed knows every secret drawn from it. Not thread-safe: a world runs on one thread.</summary>
internal sealed class CounterRandomSource : IRandomSource
{
    private const uint SourceDomain = 0x5653_5243; // "VSRC"

    private readonly ulong _key;
    private readonly uint _stream;
    private RandomWords _words;

    public CounterRandomSource(ulong key, uint stream)
    {
        _key = key;
        _stream = stream;
        _words = new RandomWords(key, 0, stream, SourceDomain);
    }

    public void Fill(Span<byte> destination)
    {
        for (; destination.Length >= sizeof(ulong); destination = destination[sizeof(ulong)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, _words.Next());
        }

        if (!destination.IsEmpty)
        {
            Span<byte> rest = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(rest, _words.Next());
            rest[..destination.Length].CopyTo(destination);
        }
    }

    public IRandomSource Fork(string label)
    {
        (ulong first, ulong second) = new KeyedHash(_key, _stream).Hash(Encoding.UTF8.GetBytes(label));
        return new CounterRandomSource(first, unchecked((uint)second));
    }
}
