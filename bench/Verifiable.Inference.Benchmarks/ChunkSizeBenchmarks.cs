using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Benchmarks;

/// <summary>Which chunk size makes committing 16 MiB cheapest, beside one flat SHA-256 over the same bytes?</summary>
[MemoryDiagnoser]
public class ChunkSizeBenchmarks
{
    private readonly TensorValue _tensor = TensorValue.Take(ElementType.Float32, new TensorShape(4 << 20), new byte[16 << 20]);

    [Params(64, 1024, 4096, 16384, 65536, 1 << 20)]
    public int ChunkSize { get; set; }

    [Benchmark(Baseline = true)]
    public byte[] FlatSha256() => SHA256.HashData(_tensor.Bytes.Span);

    [Benchmark]
    public Digest Chunked() => TensorCommitment.Compute(_tensor, chunkSize: ChunkSize);
}
