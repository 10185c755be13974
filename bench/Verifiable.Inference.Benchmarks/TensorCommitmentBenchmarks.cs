using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does committing 64 MiB of floats cost beside one flat SHA-256 over the same bytes, by layout and by number of threads?</summary>
[MemoryDiagnoser]
public class TensorCommitmentBenchmarks
{
    private const int Rows = 4096;
    private const int Columns = 4096;
    private TensorValue _matrix = null!;
    private TensorValue _images = null!;

    [GlobalSetup]
    public void Fill()
    {
        float[] elements = new float[Rows * Columns];
        uint state = 1;
        for (int i = 0; i < elements.Length; i++)
        {
            state = unchecked((state * 1664525) + 1013904223);
            elements[i] = state / 65536f;
        }

        _matrix = TensorValue.Create(elements, Rows, Columns);
        _images = TensorValue.Create(elements, 16, 64, 128, 128);
    }

    [Benchmark(Baseline = true)]
    public byte[] FlatSha256() => SHA256.HashData(_matrix.Bytes.Span);

    [Benchmark]
    public Digest RowMajor() => TensorCommitment.Compute(_matrix);

    [Benchmark]
    public Digest RowMajorOnTwoThreads() => TensorCommitment.Compute(_matrix, parallelism: 2);

    [Benchmark]
    public Digest ByColumn() => TensorCommitment.Compute(_matrix, TensorLayout.ByColumn);

    [Benchmark]
    public Digest ByColumnOnTwoThreads() => TensorCommitment.Compute(_matrix, TensorLayout.ByColumn, parallelism: 2);

    [Benchmark]
    public Digest ChannelsLast() => TensorCommitment.Compute(_images, TensorLayout.ChannelsLast);

    [Benchmark]
    public TensorCommitment RowMajorReadyToOpen() => TensorCommitment.Of(_matrix);
}
