using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison.Fingerprints;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does a fingerprint of 32 tokens of a decoder of GPT-2's width cost? A token of such a decoder takes some 24 ms on one core.</summary>
[MemoryDiagnoser]
public class FingerprintBenchmarks
{
    private const int Numbers = 32 * 768;
    private const int Points = 128;

    private readonly float[] _chunk = new float[Numbers];
    private readonly ushort[] _activations = new ushort[Numbers];
    private readonly int[] _indices = new int[Points];
    private readonly ushort[] _values = new ushort[Points];
    private readonly SignMatrix _matrix = new(Digest.Of("benchmark"u8), Numbers);
    private ToplocProof _proof = null!;

    [GlobalSetup]
    public void Draw()
    {
        uint state = 1;
        for (int i = 0; i < Numbers; i++)
        {
            state = unchecked((state * 1664525) + 1013904223);
            _chunk[i] = (state >> 8) / (float)(1 << 24) - 0.5f;
            _activations[i] = (ushort)(BitConverter.SingleToUInt32Bits(_chunk[i]) >> 16);
        }

        for (int i = 0; i < Points; i++)
        {
            _indices[i] = i * 191;
            _values[i] = _activations[i * 191];
        }

        _proof = Prove() ?? throw new InvalidOperationException("Expected a proof.");
    }

    [Benchmark]
    public ProjectionSketch? Sketch() => ProjectionSketch.TryCreate(_chunk, _matrix, SketchPrecision.Bits16, out ProjectionSketch? sketch) ? sketch : null;

    [Benchmark]
    public ToplocProof? Prove() => ToplocProof.TryCreate(_activations, Points, out ToplocProof? proof) ? proof : null;

    [Benchmark]
    public ToplocProof? Interpolate() => ToplocProof.TryCreate(_indices, _values, out ToplocProof? proof) ? proof : null;

    [Benchmark]
    public ToplocMeasurement Verify() => _proof.TryMeasure(_activations, out ToplocMeasurement measurement) ? measurement : default;
}
