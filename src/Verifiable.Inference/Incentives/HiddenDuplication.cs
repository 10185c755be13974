namespace Verifiable.Inference.Incentives;

/// <summary>
/// Computes the closed forms of hidden duplication: one provider answers, and with probability d a second, unlinkable envelope of the same work goes to another. Pure and
/// thread-safe. It is sampling with one validator whose roles cannot be told apart; basic fraud values.
/// </summary>
public static class HiddenDuplication
{
    /// <summary>Computes how often an envelope has a twin, 2d / (1 + d).</summary>
    /// <param name="duplicationProbability">The probability d that a work is duplicated, in [0, 1].</param>
    /// <returns>The probability that a given envelope is one of a pair.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of range.</exception>
    public static decimal CheckProbability(decimal duplicationProbability) => SamplingIncentives.RoleBlindCheckProbability(duplicationProbability);

    /// <summary>Says whether honesty is strictly better for a provider that knows it is the first, d(1 − r)(R + S) &gt; Δ.</summary>
    /// <param name="duplicationProbability">The probability d, in [0, 1].</param>
    /// <param name="coalitionShare">The share r of selection weight in one coalition, in [0, 1].</param>
    /// <param name="reward">The reward R, from 0 to <see cref="SamplingEconomics.GreatestAmount"/>.</param>
    /// <param name="slash">The slash S, in the same range.</param>
    /// <param name="saving">What a cheat saves, Δ, in the same range.</param>
    /// <returns>Whether honesty is strictly better.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static bool IsHonestySecure(decimal duplicationProbability, decimal coalitionShare, decimal reward, decimal slash, decimal saving)
    {
        ThrowIfOutside(duplicationProbability, 1m, nameof(duplicationProbability));
        return duplicationProbability * Stakes(coalitionShare, reward, slash, saving) > saving;
    }

    /// <summary>Computes the duplication probability that must be exceeded, Δ / ((1 − r)(R + S)).</summary>
    /// <returns>The threshold, or <see langword="null"/> when not even always duplicating suffices.</returns>
    /// <inheritdoc cref="IsHonestySecure"/>
    public static decimal? LeastDuplicationProbability(decimal coalitionShare, decimal reward, decimal slash, decimal saving)
    {
        decimal stakes = Stakes(coalitionShare, reward, slash, saving);
        return stakes > saving ? saving / stakes : null;
    }

    /// <summary>Computes the expected cost as a multiple of one inference, 1 + d.</summary>
    /// <param name="duplicationProbability">The probability d, in [0, 1].</param>
    /// <returns>The multiple, from 1 to 2.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of range.</exception>
    public static decimal ExpectedCost(decimal duplicationProbability)
    {
        ThrowIfOutside(duplicationProbability, 1m, nameof(duplicationProbability));
        return 1m + duplicationProbability;
    }

    private static decimal Stakes(decimal coalitionShare, decimal reward, decimal slash, decimal saving)
    {
        ThrowIfOutside(coalitionShare, 1m, nameof(coalitionShare));
        ThrowIfOutside(reward, SamplingEconomics.GreatestAmount, nameof(reward));
        ThrowIfOutside(slash, SamplingEconomics.GreatestAmount, nameof(slash));
        ThrowIfOutside(saving, SamplingEconomics.GreatestAmount, nameof(saving));
        return (1m - coalitionShare) * (reward + slash);
    }

    private static void ThrowIfOutside(decimal value, decimal greatest, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, greatest, name);
    }
}
