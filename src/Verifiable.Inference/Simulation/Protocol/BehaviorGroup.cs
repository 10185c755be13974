namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>Some nodes of a simulation that behave alike. Immutable.</summary>
public sealed record BehaviorGroup
{
    /// <summary>The stake of a node by default: so large that slashes hardly change who is drawn, 10⁹ units.</summary>
    public const ulong OrdinaryStake = 1_000_000_000;

    /// <summary>Gets what the nodes do.</summary>
    public required NodeBehavior Behavior { get; init; }

    /// <summary>Gets the number of nodes, 1 to 10 000.</summary>
    public required int Count { get; init; }

    /// <summary>Gets the stake of each node. The default is <see cref="OrdinaryStake"/>.</summary>
    public ulong StakeEach { get; init; } = OrdinaryStake;

    /// <summary>
    /// Gets a value indicating whether the nodes are told their role, which no envelope shows, and cheat only where it says so: under sampling and hidden duplication when they are the first to answer, under
    /// a quorum when they hold all its seats. The default is no: they cheat on every task. It does not change those who ride free, grieve, learn, or do not answer.
    /// </summary>
    public bool KnowsRole { get; init; }

    /// <summary>Gets the probability with which another's answer leaks to a node that rides free. The default is 1.</summary>
    public double LeakProbability { get; init; } = 1;

    /// <summary>Gets how sharply an adaptive node chooses: it cheats with probability 1/(1 + e^(−x/scale)), x what cheating earned more than honesty a task. The default is a scale of 20 units.</summary>
    public double LearningScale { get; init; } = 20;

    internal IEnumerable<string> Validate()
    {
        if (Behavior is NodeBehavior.None || !Enum.IsDefined(Behavior))
        {
            yield return $"{nameof(Behavior)} must be one of the named behaviors.";
        }

        if (Count is < 1 or > 10_000)
        {
            yield return $"{nameof(Count)} must be 1 to 10000, got {Count}.";
        }

        if (StakeEach is 0 or > long.MaxValue / 1_000_000)
        {
            yield return $"{nameof(StakeEach)} must be 1 to {long.MaxValue / 1_000_000} units, got {StakeEach}.";
        }

        if (!(LeakProbability is >= 0 and <= 1))
        {
            yield return $"{nameof(LeakProbability)} must be in [0, 1], got {LeakProbability}.";
        }

        if (!(LearningScale > 0) || !double.IsFinite(LearningScale))
        {
            yield return $"{nameof(LearningScale)} must be finite and above 0, got {LearningScale}.";
        }
    }
}
