using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// The inner loop: one step of the agents of a population, 64 to a tile. A tile's strategies are the bits of one word; agent 16·j + l of tile t draws word j of block 16·t + l, whatever the width of
/// vectors. Payoffs are integers, so that sums do not depend on order.
/// </summary>
internal static class AgentKernel
{
    internal const int AgentsPerTile = 64;

    private const int BlocksPerTile = 16;

    /// <summary>Steps tiles and tells how many agents play 1 afterwards.</summary>
    /// <param name="width">The width of vectors in bits: 512, 256, 128, or 64 for none.</param>
    /// <param name="tiles">The strategies.</param>
    /// <param name="payoffs">The payoffs of the same agents, to which the step's is added; 64 a tile.</param>
    /// <param name="firstTile">The number of the first tile.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="stream">The stream of random numbers: the population.</param>
    /// <param name="keys">The keys of all rounds.</param>
    /// <param name="rule">What agents do.</param>
    internal static long Step(int width, Span<ulong> tiles, Span<int> payoffs, long firstTile, uint step, uint stream, ReadOnlySpan<ulong> keys, AgentRule rule) => width switch
    {
        512 => Step<WideLanes>(tiles, payoffs, firstTile, step, stream, keys, rule),
        256 => Step<MiddleLanes>(tiles, payoffs, firstTile, step, stream, keys, rule),
        128 => Step<NarrowLanes>(tiles, payoffs, firstTile, step, stream, keys, rule),
        _ => Step<OneLane>(tiles, payoffs, firstTile, step, stream, keys, rule),
    };

    private static long Step<TLanes>(Span<ulong> tiles, Span<int> payoffs, long firstTile, uint step, uint stream, ReadOnlySpan<ulong> keys, AgentRule rule)
        where TLanes : struct, ILanes<TLanes>
    {
        unchecked
        {
            TLanes firstLimit = TLanes.Create(rule.FromFirst);
            TLanes secondLimit = TLanes.Create(rule.FromSecond);
            TLanes steps = TLanes.Create(step);
            TLanes domain = TLanes.Create(AgentDomain);
            TLanes m0 = TLanes.Create(Philox.FirstMultiplier);
            TLanes m1 = TLanes.Create(Philox.SecondMultiplier);
            ref ulong key = ref MemoryMarshal.GetReference(keys);
            ref int payoff = ref MemoryMarshal.GetReference(payoffs);
            long ones = 0;
            for (int tile = 0; tile < tiles.Length; tile++)
            {
                ulong block = (ulong)(firstTile + tile) * BlocksPerTile;
                TLanes high = TLanes.Create(stream | ((block >> 32) << 8));
                ulong fromFirst = 0;
                ulong fromSecond = 0;
                for (int part = 0; part < BlocksPerTile; part += TLanes.Count)
                {
                    TLanes c0 = TLanes.Sequence((uint)block + (uint)part);
                    TLanes c1 = steps;
                    TLanes c2 = high;
                    TLanes c3 = domain;
                    for (int round = 0; round < Philox.Rounds; round++)
                    {
                        TLanes first = TLanes.MultiplyLower(m0, c0);
                        TLanes second = TLanes.MultiplyLower(m1, c2);
                        c0 = TLanes.UpperXor(second, c1, TLanes.Create(Unsafe.Add(ref key, 2 * round)));
                        c2 = TLanes.UpperXor(first, c3, TLanes.Create(Unsafe.Add(ref key, (2 * round) + 1)));
                        c1 = second;
                        c3 = first;
                    }

                    // Upper halves of c1 and c3 are left over from products; only lower halves count, here as in the rounds.
                    fromFirst |= (TLanes.LowerIsBelow(c0, firstLimit) | (TLanes.LowerIsBelow(c1, firstLimit) << 16)
                        | (TLanes.LowerIsBelow(c2, firstLimit) << 32) | (TLanes.LowerIsBelow(c3, firstLimit) << 48)) << part;
                    fromSecond |= (TLanes.LowerIsBelow(c0, secondLimit) | (TLanes.LowerIsBelow(c1, secondLimit) << 16)
                        | (TLanes.LowerIsBelow(c2, secondLimit) << 32) | (TLanes.LowerIsBelow(c3, secondLimit) << 48)) << part;
                }

                ulong played = tiles[tile];
                played = (played & fromSecond) | (~played & fromFirst);
                tiles[tile] = played;
                ones += BitOperations.PopCount(played);
                Pay(ref Unsafe.Add(ref payoff, tile * AgentsPerTile), played, rule.FirstPayoff, rule.SecondPayoff);
            }

            return ones;
        }
    }

    internal const uint AgentDomain = 0x56_41_47_31; // "VAG1"

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pay(ref int payoffs, ulong played, int firstPayoff, int secondPayoff)
    {
        unchecked
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Vector512<int> bits = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
                Vector512<int> none = Vector512.Create(firstPayoff);
                Vector512<int> one = Vector512.Create(secondPayoff);
                for (int part = 0; part < 4; part++)
                {
                    Vector512<int> mask = Vector512.Equals(Vector512.Create((int)(played >> (16 * part))) & bits, Vector512<int>.Zero);
                    (Vector512.LoadUnsafe(ref payoffs, (nuint)(16 * part)) + Vector512.ConditionalSelect(mask, none, one)).StoreUnsafe(ref payoffs, (nuint)(16 * part));
                }
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Vector256<int> bits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
                Vector256<int> none = Vector256.Create(firstPayoff);
                Vector256<int> one = Vector256.Create(secondPayoff);
                for (int part = 0; part < 8; part++)
                {
                    Vector256<int> mask = Vector256.Equals(Vector256.Create((int)(played >> (8 * part))) & bits, Vector256<int>.Zero);
                    (Vector256.LoadUnsafe(ref payoffs, (nuint)(8 * part)) + Vector256.ConditionalSelect(mask, none, one)).StoreUnsafe(ref payoffs, (nuint)(8 * part));
                }
            }
            else
            {
                for (int agent = 0; agent < AgentsPerTile; agent++)
                {
                    Unsafe.Add(ref payoffs, agent) += ((played >> agent) & 1) != 0 ? secondPayoff : firstPayoff;
                }
            }
        }
    }
}
