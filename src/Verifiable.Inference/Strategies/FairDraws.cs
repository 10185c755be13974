using System.Collections.Concurrent;
using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Strategies;

/// <summary>How often a committee that decides convicts the honest where the requester and a tenth of the stake are one party that lies about refusals. Each is computed once. Thread-safe.</summary>
internal static class FairDraws
{
    /// <summary>The share of stake of a requester's friends against which providers want to be safe by default: a tenth.</summary>
    public const decimal CoalitionShare = 0.1m;

    /// <summary>The largest number of draws for one seat that providers take by default: 3.</summary>
    public const int MaxAttempts = 3;

    private const int MaxSeats = 999;

    // Bounded by its keys: up to 999 seats, up to 3 draws for each.
    private static readonly ConcurrentDictionary<(int Seats, int Attempts), decimal> _errors = new();

    /// <summary>Tells whether a requester that looks for a committee of friends pays its victim more, in rewards for tasks that come to nothing, than it makes it lose.</summary>
    public static bool Protect(int seats, int attempts, Amount slash, Amount reward) =>
        seats is > 0 and <= MaxSeats && attempts is > 0 and <= MaxAttempts
        && _errors.GetOrAdd((seats, attempts), static key => QuorumIncentives.SteeredError(key.Seats, CoalitionShare, key.Attempts)) * slash.Units <= reward.Units;
}
