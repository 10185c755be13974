namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// Philox4x32-10, a generator without state: a block of four words is a function of a counter and a key (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). So every draw
/// of a simulation has its place, and neither threads nor vectors can shift it. Pure.
/// </summary>
internal static class Philox
{
    internal const uint FirstMultiplier = 0xD2511F53;
    internal const uint SecondMultiplier = 0xCD9E8D57;
    internal const int Rounds = 10;

    private const uint FirstIncrement = 0x9E3779B9;
    private const uint SecondIncrement = 0xBB67AE85;

    /// <summary>Computes a block.</summary>
    internal static (uint W0, uint W1, uint W2, uint W3) Block(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        unchecked
        {
            uint k0 = (uint)key;
            uint k1 = (uint)(key >> 32);
            for (int round = 0; round < Rounds; round++)
            {
                ulong first = (ulong)FirstMultiplier * c0;
                ulong second = (ulong)SecondMultiplier * c2;
                (c0, c1, c2, c3) = ((uint)(second >> 32) ^ c1 ^ k0, (uint)second, (uint)(first >> 32) ^ c3 ^ k1, (uint)first);
                k0 += FirstIncrement;
                k1 += SecondIncrement;
            }

            return (c0, c1, c2, c3);
        }
    }

    /// <summary>Writes the keys of all rounds, first and second word in turns, each in 64 bits.</summary>
    internal static void Schedule(ulong key, Span<ulong> keys)
    {
        unchecked
        {
            uint k0 = (uint)key;
            uint k1 = (uint)(key >> 32);
            for (int round = 0; round < Rounds; round++)
            {
                keys[2 * round] = k0;
                keys[(2 * round) + 1] = k1;
                k0 += FirstIncrement;
                k1 += SecondIncrement;
            }
        }
    }
}
