using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>What a protocol simulation came to. Immutable.</summary>
public sealed record ProtocolResult
{
    /// <summary>Gets the number of tasks.</summary>
    public required int TaskCount { get; init; }

    /// <summary>Gets the number of tasks whose answer was accepted.</summary>
    public required long Accepted { get; init; }

    /// <summary>Gets the number of tasks whose answer was rejected.</summary>
    public required long Rejected { get; init; }

    /// <summary>Gets the number of tasks in which an answer was wrong and nobody was slashed for it.</summary>
    public required long UndetectedFrauds { get; init; }

    /// <summary>Gets the number of answers that were computed or paid for, first answers, checks and votes.</summary>
    public required long Computations { get; init; }

    /// <summary>Gets the results of the groups, in the scenario's order.</summary>
    public required ImmutableArray<GroupResult> Groups { get; init; }

    /// <summary>Gets the digest of every task's outcome and profits: the same for any number of threads.</summary>
    public required Digest Digest { get; init; }
}
