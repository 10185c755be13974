namespace Verifiable.Inference.Incentives;

/// <summary>
/// Computes the closed forms of canaries under hidden duplication: for each real request, k canaries on average, whose answers the requester knows. Every wrong answer to a canary is checked. Pure and
/// thread-safe.
/// </summary>
/// <remarks>
/// Of one real request come 1 + d envelopes, of which 2d are of a pair. Of k canaries come k(1 + d) where answers are right, and all of these are checked when they are wrong. A cheat that cannot tell
/// its envelope from another is therefore checked with probability (2d + k(1 + d)) / ((1 + k)(1 + d)) = (q + k) / (1 + k), q = 2d / (1 + d); one that knows it is the first, but not whether
/// of a canary, with (d + k) / (1 + k); one that can tell canaries with d, as without them. To be checked is not to be convicted: with the coalition's share r the second provider agrees.
/// </remarks>
public static class CanaryIncentives
{
    /// <summary>The largest number of canaries for each real request: 1000.</summary>
    public const decimal GreatestRate = 1000m;

    /// <summary>Computes how often an envelope is checked if its answer is wrong, (q + k) / (1 + k).</summary>
    /// <param name="duplicationProbability">The probability d that a work is duplicated, in [0, 1].</param>
    /// <param name="canaryRate">The canaries k for each real request, from 0 to <see cref="GreatestRate"/>.</param>
    /// <returns>The probability that a cheat faces that can tell neither role nor canary.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static decimal CheckProbability(decimal duplicationProbability, decimal canaryRate)
    {
        decimal plain = HiddenDuplication.CheckProbability(duplicationProbability);
        return (plain + Checked(canaryRate)) / (1m + canaryRate);
    }

    /// <summary>Computes what canaries add to that, k(1 − q) / (1 + k).</summary>
    /// <inheritdoc cref="CheckProbability"/>
    /// <returns>The difference to the probability without canaries.</returns>
    public static decimal AddedCheckProbability(decimal duplicationProbability, decimal canaryRate) =>
        Checked(canaryRate) * (1m - HiddenDuplication.CheckProbability(duplicationProbability)) / (1m + canaryRate);

    /// <summary>Computes how often a first envelope is checked if its answer is wrong, (d + k) / (1 + k).</summary>
    /// <inheritdoc cref="CheckProbability"/>
    /// <returns>The probability that a cheat faces that knows it is the first, and cannot tell canaries.</returns>
    public static decimal FirstCheckProbability(decimal duplicationProbability, decimal canaryRate)
    {
        _ = HiddenDuplication.ExpectedCost(duplicationProbability);
        return (duplicationProbability + Checked(canaryRate)) / (1m + canaryRate);
    }

    /// <summary>Computes the expected cost of a real request as a multiple of one inference, 1 + d + k(2 + d): a canary is paid as any other work, and computed by the requester too.</summary>
    /// <inheritdoc cref="CheckProbability"/>
    /// <returns>The multiple.</returns>
    public static decimal ExpectedCost(decimal duplicationProbability, decimal canaryRate) =>
        HiddenDuplication.ExpectedCost(duplicationProbability) + (Checked(canaryRate) * (2m + duplicationProbability));

    /// <summary>Computes the canary rate to be exceeded so that honesty is better for a cheat that can tell neither role nor canary, (t − q) / (1 − t) with t = Δ / ((1 − r)(R + S)).</summary>
    /// <param name="duplicationProbability">The probability d, in [0, 1].</param>
    /// <param name="coalitionShare">The share r of selection weight in one coalition, in [0, 1].</param>
    /// <param name="reward">The reward R, from 0 to <see cref="SamplingEconomics.GreatestAmount"/>.</param>
    /// <param name="slash">The slash S, in the same range.</param>
    /// <param name="saving">What a cheat saves, Δ, in the same range.</param>
    /// <returns>The threshold; 0 where duplication alone suffices; <see langword="null"/> when not even checking everything does.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static decimal? LeastCanaryRate(decimal duplicationProbability, decimal coalitionShare, decimal reward, decimal slash, decimal saving)
    {
        decimal plain = HiddenDuplication.CheckProbability(duplicationProbability);
        return HiddenDuplication.LeastDuplicationProbability(coalitionShare, reward, slash, saving) is { } threshold
            ? Math.Max(0m, (threshold - plain) / (1m - threshold))
            : null;
    }

    private static decimal Checked(decimal canaryRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(canaryRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(canaryRate, GreatestRate);
        return canaryRate;
    }
}
