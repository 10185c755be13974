using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>What a <see cref="QuorumCommittee"/> is filled by.</summary>
internal sealed record QuorumCommitteeSetup
{
    public required TaskRole Role { get; init; }

    public required int Seats { get; init; }

    /// <summary>Gets the number of draws for one seat.</summary>
    public required int DrawLimit { get; init; }

    public required TaskRunner Tasks { get; init; }

    /// <summary>Gets whether providers are asked on threads of their own. In virtual time they are not: a run must continue on the thread that moves the clock.</summary>
    public required bool IsConcurrent { get; init; }

    /// <summary>Gets the draw of a seat; −1 where the drawn provider must not hold it.</summary>
    public required Func<Seat, int> Draw { get; init; }

    /// <summary>Gets whether the terms leave a draw for the seat, after those that were refused.</summary>
    public required Func<Seat, bool> IsAllowed { get; init; }

    public required Func<IReadOnlyList<Seat>, int, TaskEnvelope> EnvelopeOf { get; init; }

    public required Func<int, NodeId> ProviderOf { get; init; }

    public required Func<bool> HasTime { get; init; }

    public required Action<Incident> Report { get; init; }

    /// <summary>Gets when to stop waiting for a reveal, in milliseconds since 1970-01-01 UTC.</summary>
    public required long Latest { get; init; }
}
