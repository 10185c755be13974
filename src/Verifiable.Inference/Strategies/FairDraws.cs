using System.Collections.Concurrent;
using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Strategies;

/// <summary>What an honest provider can lose to a requester that, with a tenth of the stake, looks for a committee of friends and lies about refusals. Thread-safe.</summary>
/// <remarks>
/// <para>A provider that takes such a task has spent C. With probability P the committee convicts it: it loses S and is not paid; else it is paid R. It does not lose by taking part as long as
/// P(R + S) ≤ R − C. The requester may try as often as it likes, and pays R each time that a try comes to nothing.</para>
/// <para>Whom a committee judges is barred from it. The requester chooses who that is, and has friends with next to no stake contradict, so its friends' share of what is left is r / (1 − v), v being
/// what the barred honest ones hold: the provider's own share, and in a quorum that of others in its committee, the largest at worst.</para>
/// </remarks>
internal static class FairDraws
{
    /// <summary>The share of all stake of a requester's friends against which providers want to be safe by default: a tenth.</summary>
    public const decimal CoalitionShare = 0.1m;

    /// <summary>The largest number of draws for one deciding seat that providers take by default: 3.</summary>
    public const int MaxAttempts = 3;

    private const int MaxSeats = 999;
    private const int Steps = 1000;
    private const int MaxRemembered = 4096;

    private static readonly ConcurrentDictionary<(int Seats, int Attempts, int Barred, decimal Friends), decimal> _errors = new();

    /// <summary>Refuses options with which every provider would turn every task down that goes by the default terms.</summary>
    /// <exception cref="ArgumentException">They are such, and they do not say that this is meant.</exception>
    public static void ThrowIfNobodyWouldTake(bool areFair, bool isAllowed, string allowance, IEnumerable<string> shortcomings, string parameterName)
    {
        if (!areFair && !isAllowed)
        {
            throw new ArgumentException(
                $"Expected terms that providers take, got some that each turns down by default: a requester whose friends hold a tenth of the stake could take more from the honest than the reward leaves them beyond their cost, or too few vote, or too many draws are made for one seat. Change them, or set {allowance}. {string.Join(' ', shortcomings)}".TrimEnd(), parameterName);
        }
    }

    /// <summary>Tells whether a provider does not lose by taking part: P(R + S) ≤ R − C.</summary>
    /// <param name="seats">The number of deciding seats.</param>
    /// <param name="attempts">The number of draws for each.</param>
    /// <param name="slash">What the convicted loses, S.</param>
    /// <param name="reward">What it is paid else, R.</param>
    /// <param name="cost">What it has spent, C.</param>
    /// <param name="barred">The share of all stake that is barred from deciding, v, its own included.</param>
    /// <param name="friends">The share of all stake that the requester's friends hold, r.</param>
    /// <param name="chance">The probability that the committee is called at all.</param>
    public static bool Protect(int seats, int attempts, Amount slash, Amount reward, decimal cost, decimal barred, decimal friends = CoalitionShare, decimal chance = 1)
    {
        if (seats is not (> 0 and <= MaxSeats) || attempts is not (> 0 and <= MaxAttempts) || cost > reward.Units)
        {
            return false;
        }

        // Rounded up, so that what is remembered stays small and no provider is told less than its risk.
        int steps = (int)Math.Ceiling(Math.Clamp(barred, 0, 1) * Steps);
        return ErrorOf(seats, attempts, steps, friends) * chance * ((decimal)slash.Units + reward.Units) <= reward.Units - cost;
    }

    /// <summary>Gives the largest share of all stake that may be barred, in steps of a thousandth, with a provider not losing by taking part; <see langword="null"/> when it loses whatever is barred.</summary>
    public static decimal? LargestBarredShare(int seats, int attempts, Amount slash, Amount reward, decimal cost)
    {
        int low = -1;
        for (int high = Steps + 1; high - low > 1;)
        {
            int middle = (low + high) / 2;
            (low, high) = Protect(seats, attempts, slash, reward, cost, (decimal)middle / Steps) ? (middle, high) : (low, middle);
        }

        return low < 0 ? null : (decimal)low / Steps;
    }

    private static decimal ErrorOf(int seats, int attempts, int steps, decimal friends)
    {
        (int, int, int, decimal) key = (seats, attempts, steps, friends);
        if (_errors.TryGetValue(key, out decimal error))
        {
            return error;
        }

        decimal left = 1 - ((decimal)steps / Steps);
        error = friends <= 0 ? 0 : left <= friends ? 1 : QuorumIncentives.SteeredError(seats, friends / left, attempts);
        if (_errors.Count < MaxRemembered)
        {
            _errors[key] = error;
        }

        return error;
    }
}
