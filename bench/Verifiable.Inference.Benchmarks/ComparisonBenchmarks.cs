using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does a comparison of two tensors of 256 MiB cost beside reading both?</summary>
public class ComparisonBenchmarks
{
    private const int Length = 64 << 20;

    private TensorValue _left = null!;
    private TensorValue _right = null!;

    [GlobalSetup]
    public void Fill()
    {
        float[] values = new float[Length];
        for (int i = 0; i < Length; i++)
        {
            values[i] = 1f + (i % 1009 / 1024f);
        }

        _left = TensorValue.Create(values, Length);
        for (int i = 0; i < Length; i += 7)
        {
            values[i] = MathF.BitIncrement(values[i]);
        }

        _right = TensorValue.Create(values, Length);
    }

    /// <summary>The limit: each of both tensors is read once, by vectors, by all threads.</summary>
    [Benchmark(Baseline = true)]
    public long Read()
    {
        long total = 0;
        Parallel.For(0, Length / BlockLength, block =>
        {
            ReadOnlySpan<long> left = MemoryMarshal.Cast<byte, long>(_left.Bytes.Span.Slice(block * BlockLength * sizeof(float), BlockLength * sizeof(float)));
            ReadOnlySpan<long> right = MemoryMarshal.Cast<byte, long>(_right.Bytes.Span.Slice(block * BlockLength * sizeof(float), BlockLength * sizeof(float)));
            Vector512<long> sum = default;
            for (int i = 0; i < left.Length; i += Vector512<long>.Count)
            {
                sum += Vector512.Create(left[i..]) ^ Vector512.Create(right[i..]);
            }

            _ = Interlocked.Add(ref total, Vector512.Sum(sum));
        });
        return total;
    }

    [Benchmark]
    public TensorDistances Measure() => TensorMeter.Measure(_left, _right);

    private const int BlockLength = 1 << 16;
}
