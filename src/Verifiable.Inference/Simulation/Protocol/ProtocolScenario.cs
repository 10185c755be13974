using System.Collections.Immutable;
using Verifiable.Inference.Strategies;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>What a protocol simulation runs: a real strategy, and who takes part. Immutable.</summary>
public sealed record ProtocolScenario
{
    /// <summary>Gets the strategy, on its own terms. Experiments in which cheating pays need terms that allow it.</summary>
    public required VerificationStrategy Strategy { get; init; }

    /// <summary>Gets who takes part.</summary>
    public required ImmutableArray<BehaviorGroup> Groups { get; init; }

    /// <summary>Gets what an honest computation costs a node, in the strategy's units. The default is 100.</summary>
    public int HonestCost { get; init; } = 100;

    /// <summary>Gets what the cheap model costs a node, at most the honest cost. The default is 10.</summary>
    public int SubstituteCost { get; init; } = 10;

    /// <summary>Gets the seed of all that is random: requests, secrets, salts, noise. The default is 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Gets the number of tasks of one world: a ledger of its own, on which they run one after the other. Worlds are independent, so that they can run on several threads. The default is 2000.
    /// </summary>
    public int TasksPerWorld { get; init; } = 2000;

    /// <summary>Lists everything wrong with this scenario; empty when it can be run.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate()
    {
        if (Strategy is null)
        {
            yield return $"{nameof(Strategy)} is required.";
        }

        if (Groups.IsDefaultOrEmpty || Groups.Length > 64)
        {
            yield return $"{nameof(Groups)} must be 1 to 64.";
        }
        else
        {
            foreach (string fault in Groups.SelectMany(static group => group is null ? ["A group is missing."] : group.Validate()))
            {
                yield return fault;
            }
        }

        if (HonestCost is < 0 or > 1_000_000_000)
        {
            yield return $"{nameof(HonestCost)} must be 0 to 1000000000 units, got {HonestCost}.";
        }

        if (SubstituteCost < 0 || SubstituteCost > HonestCost)
        {
            yield return $"{nameof(SubstituteCost)} must be 0 to {nameof(HonestCost)}, got {SubstituteCost}.";
        }

        if (TasksPerWorld is < 1 or > 1_000_000)
        {
            yield return $"{nameof(TasksPerWorld)} must be 1 to 1000000, got {TasksPerWorld}.";
        }
    }
}
