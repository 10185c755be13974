using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>One task of a committee: the seats that a provider holds by it, and what came of it. A provider that is drawn twice at once computes once and holds two seats. Immutable.</summary>
/// <param name="Record">The first of the seats, with the provider's claim.</param>
/// <param name="More">The other seats, in order of their index.</param>
/// <param name="IsLate">Whether it came after the outcome was fixed, so that it decides nothing.</param>
/// <param name="Outputs">The delivered outputs, where the comparison needs them and no earlier holding carries the same; else <see langword="null"/>.</param>
internal sealed record QuorumHolding(SeatRecord Record, ImmutableArray<Seat> More, bool IsLate, NamedTensors? Outputs)
{
    public int SeatCount => 1 + More.Length;

    public TaskRole Role => Record.Seat.Role;

    public NodeId Provider => Record.Provider.Id;

    public bool HasClaim => Record.HasClaim;

    public IEnumerable<Seat> Seats => More.Prepend(Record.Seat);

    /// <summary>Makes the envelope of the task: it follows from the request and the opened secret, so that a receipt need not carry it.</summary>
    public TaskEnvelope EnvelopeOf(InferenceRequest request, QuorumTerms terms, Commitments.Digest secret) =>
        EnvelopeOf(request, terms, secret, Record.Seat, SeatCount, Provider, Record.Deadline);

    /// <summary>Makes the envelope of a task; amounts are for each seat.</summary>
    public static TaskEnvelope EnvelopeOf(InferenceRequest request, QuorumTerms terms, Commitments.Digest secret, Seat first, int seats, NodeId provider, long deadline) =>
        SeatEnvelopes.Create(
            request, secret, first, provider, terms.Reward * (ulong)seats, terms.Escrow * (ulong)seats, terms.Slash * (ulong)seats, deadline, terms.OpeningWindow);
}
