namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Lists coalitions as bit sets of players: all up to a size but never everybody, and everybody without one named player.</summary>
internal static class CoalitionFamily
{
    public const int GreatestPlayers = 16;

    public static ulong[] Of(int players, IncentiveCheckOptions options)
    {
        ulong everybody = (1UL << players) - 1;
        int size = options.GreatestCoalition ?? players - 1;
        List<ulong> result = [];
        for (ulong coalition = 1; coalition < everybody; coalition++)
        {
            int count = System.Numerics.BitOperations.PopCount(coalition);
            if (count <= size || (options.User is { } user && coalition == (everybody & ~(1UL << user))))
            {
                result.Add(coalition);
            }
        }

        return [.. result];
    }
}
