using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What do finding and proving a draw by weight cost beside adding weights up one by one?</summary>
[MemoryDiagnoser]
public class WeightTreeBenchmarks
{
    private WeightTree _tree = null!;
    private WeightProof _proof = null!;
    private ulong _position;

    [Params(100, 10_000)]
    public int Leaves { get; set; }

    [GlobalSetup]
    public void Build()
    {
        _tree = new WeightTree(Enumerable.Range(0, Leaves).Select(i => KeyValuePair.Create(Digest.Of(BitConverter.GetBytes(i)), (ulong)(i % 17) + 1)));
        _position = _tree.Total / 2;
        _proof = _tree.Prove(_tree.Find(_position));
    }

    [Benchmark(Baseline = true)]
    public int AddUp()
    {
        int index = 0;
        ulong left = _position;
        while (left >= _tree.Leaves[index].Value)
        {
            left -= _tree.Leaves[index].Value;
            index++;
        }

        return index;
    }

    [Benchmark]
    public int Find() => _tree.Find(_position);

    [Benchmark]
    public WeightProof Prove() => _tree.Prove(Leaves / 2);

    [Benchmark]
    public bool Verify() => _proof.TryVerify(_tree.Root, out _, out _);
}
