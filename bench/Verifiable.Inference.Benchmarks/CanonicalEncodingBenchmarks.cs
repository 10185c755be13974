using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What do writing and reading a list of fields cost beside copying as many bytes? Nothing may be allocated but results.</summary>
[MemoryDiagnoser]
public class CanonicalEncodingBenchmarks
{
    private const int Fields = 50;
    private readonly byte[] _bytes = new byte[Fields * FieldBytes];
    private readonly byte[] _copy = new byte[Fields * FieldBytes];

    private const int FieldBytes = 32 + 8 + 8 + 1 + 2;

    [GlobalSetup]
    public void Encode() => _ = Write();

    [Benchmark(Baseline = true)]
    public byte Copy()
    {
        _bytes.CopyTo(_copy, 0);
        return _copy[^1];
    }

    [Benchmark]
    public int Write()
    {
        CanonicalWriter writer = new(_bytes);
        for (int i = 0; i < Fields; i++)
        {
            writer.WriteDigest(default);
            writer.WriteUInt64((ulong)i);
            writer.WriteDouble(i);
            writer.WriteBoolean(true);
            writer.WriteUInt16(7);
        }

        int length = writer.Written.Length;
        writer.Dispose();
        return length;
    }

    [Benchmark]
    public int WriteFromAnEmptyBuffer()
    {
        CanonicalWriter writer = new([]);
        for (int i = 0; i < Fields; i++)
        {
            writer.WriteDigest(default);
            writer.WriteUInt64((ulong)i);
            writer.WriteDouble(i);
            writer.WriteBoolean(true);
            writer.WriteUInt16(7);
        }

        int length = writer.Written.Length;
        writer.Dispose();
        return length;
    }

    [Benchmark]
    public ulong Read()
    {
        CanonicalReader reader = new(_bytes);
        ulong sum = 0;
        for (int i = 0; i < Fields; i++)
        {
            sum += reader.ReadDigest() == default ? 1UL : 0;
            sum += reader.ReadUInt64();
            sum += reader.ReadDouble() > 1 ? 1UL : 0;
            sum += reader.ReadBoolean() ? 1UL : 0;
            sum += reader.ReadUInt16();
        }

        return reader.AtEnd ? sum : 0;
    }
}
