using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>The agents of one population in columns: a bit of play each, and earnings in two widths, so that the inner loop adds 32-bit numbers and nothing overflows. Threads work on separate tiles.</summary>
internal sealed class AgentColumns
{
    private readonly ulong[] _tiles;
    private readonly int[] _recent;
    private readonly long[] _earned;
    private long _recentBound;

    public AgentColumns(uint population, long size, long ones)
    {
        Population = population;
        Size = size;
        Ones = ones;
        TileCount = (int)((size + AgentKernel.AgentsPerTile - 1) / AgentKernel.AgentsPerTile);
        _tiles = new ulong[TileCount];
        _recent = new int[TileCount * AgentKernel.AgentsPerTile];
        _earned = new long[size];
        for (int tile = 0; tile < TileCount; tile++)
        {
            _tiles[tile] = LowBits(ones - ((long)tile * AgentKernel.AgentsPerTile));
        }
    }

    public uint Population { get; }

    public long Size { get; }

    public long Ones { get; set; }

    public int TileCount { get; }

    /// <summary>Gets a value indicating whether the recent earnings must be moved before the next step.</summary>
    public bool IsFull { get; private set; }

    public AgentRule Rule { get; private set; }

    /// <summary>Takes the next step's rule; by one thread.</summary>
    public void Prepare(AgentRule rule)
    {
        int greatest = Math.Max(Math.Abs(rule.FirstPayoff), Math.Abs(rule.SecondPayoff));
        IsFull = _recentBound + greatest > int.MaxValue;
        _recentBound = (IsFull ? 0 : _recentBound) + greatest;
        Rule = rule;
    }

    /// <summary>Steps some tiles.</summary>
    public long Step(int width, int first, int count, uint step, ReadOnlySpan<ulong> keys)
    {
        if (IsFull)
        {
            Move(first, count);
        }

        long ones = AgentKernel.Step(
            width, _tiles.AsSpan(first, count), _recent.AsSpan(first * AgentKernel.AgentsPerTile, count * AgentKernel.AgentsPerTile), first, step, Population, keys, Rule);
        if (first + count == TileCount && count > 0)
        {
            // Agents beyond the last one are computed along and do not count.
            ulong inside = LowBits(Size - ((long)(TileCount - 1) * AgentKernel.AgentsPerTile));
            ones -= BitOperations.PopCount(_tiles[^1] & ~inside);
            _tiles[^1] &= inside;
        }

        return ones;
    }

    public bool PlaysOne(long agent) => ((_tiles[agent / AgentKernel.AgentsPerTile] >> (int)(agent % AgentKernel.AgentsPerTile)) & 1) != 0;

    public long EarnedBy(long agent) => _earned[agent] + _recent[agent];

    public Int128 EarnedByAll()
    {
        Int128 sum = 0;
        for (long agent = 0; agent < Size; agent++)
        {
            sum += EarnedBy(agent);
        }

        return sum;
    }

    public Digest ComputeDigest()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> tile = stackalloc byte[(1 + AgentKernel.AgentsPerTile) * sizeof(ulong)];
        for (int i = 0; i < TileCount; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(tile, _tiles[i]);
            int agents = (int)Math.Min(AgentKernel.AgentsPerTile, Size - ((long)i * AgentKernel.AgentsPerTile));
            for (int agent = 0; agent < agents; agent++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(tile[((1 + agent) * sizeof(ulong))..], EarnedBy(((long)i * AgentKernel.AgentsPerTile) + agent));
            }

            hash.AppendData(tile[..((1 + agents) * sizeof(ulong))]);
        }

        return new Digest(hash.GetHashAndReset());
    }

    private static ulong LowBits(long count) => count >= 64 ? ulong.MaxValue : count <= 0 ? 0 : (1UL << (int)count) - 1;

    private void Move(int firstTile, int tileCount)
    {
        long first = (long)firstTile * AgentKernel.AgentsPerTile;
        long end = Math.Min(Size, first + ((long)tileCount * AgentKernel.AgentsPerTile));
        for (long agent = first; agent < end; agent++)
        {
            _earned[agent] += _recent[agent];
        }

        Array.Clear(_recent, (int)first, tileCount * AgentKernel.AgentsPerTile);
    }
}
