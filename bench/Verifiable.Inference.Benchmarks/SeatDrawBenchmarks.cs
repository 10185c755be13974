using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does drawing 101 seats of a million stakes cost, beside the draws' own HMACs?</summary>
[MemoryDiagnoser]
public class SeatDrawBenchmarks
{
    private const int Seats = 101;
    private static readonly Digest _secret = Digest.Of("secret"u8);
    private static readonly Digest _request = Digest.Of("request"u8);
    private WeightTree _stakes = null!;
    private ushort _attempt;

    [Params(1_000_000)]
    public int Stakes { get; set; }

    [GlobalSetup]
    public void Build() =>
        _stakes = new WeightTree(Enumerable.Range(0, Stakes).Select(i => KeyValuePair.Create(Digest.Of(BitConverter.GetBytes(i)), (ulong)(i % 17) + 1)));

    // Other positions at each call: a draw finds its part of the tree cold.
    [Benchmark(Baseline = true)]
    public ulong PositionsOnly()
    {
        ulong sum = 0;
        _attempt = unchecked((ushort)(_attempt + 1));
        for (ushort index = 0; index < Seats; index++)
        {
            sum ^= AuditDraws.Position(_secret, _request, new Seat(TaskRole.Asserter, index, _attempt), default, _stakes.Total);
        }

        return sum;
    }

    [Benchmark]
    public int Draw()
    {
        int sum = 0;
        _attempt = unchecked((ushort)(_attempt + 1));
        for (ushort index = 0; index < Seats; index++)
        {
            sum ^= StakeDraw.Draw(_stakes, _secret, _request, new Seat(TaskRole.Asserter, index, _attempt), default);
        }

        return sum;
    }
}
