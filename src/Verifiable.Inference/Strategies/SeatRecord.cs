using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies;

/// <summary>One seat in the record of a request: who was drawn, and what came of it. Immutable.</summary>
public sealed record SeatRecord
{
    /// <summary>Gets the seat.</summary>
    public required Seat Seat { get; init; }

    /// <summary>Gets what became of it.</summary>
    public required SeatOutcome Outcome { get; init; }

    /// <summary>Gets the drawn provider's key; for a shared seat, that of the seat it is shared with.</summary>
    public required PublicKey Provider { get; init; }

    /// <summary>Gets the proof of the provider's stake.</summary>
    public required WeightProof Stake { get; init; }

    /// <summary>Gets the deadline of the envelope, in milliseconds since 1970-01-01 UTC.</summary>
    public long Deadline { get; init; }

    /// <summary>Gets what the claim adds to the envelope, where the outcome is answered, revealed or equivocated.</summary>
    public ClaimExcerpt? Claim { get; init; }

    /// <summary>Gets the digest of the claim that stands on the ledger, where it is not <see cref="Claim"/>: an equivocation, or a claim that was never revealed.</summary>
    public Digest PostedClaim { get; init; }

    /// <summary>Gets the signatures: of the claim; for a silent provider, of the acceptance; for an equivocation, of the claim and of the posting.</summary>
    public OpaqueBytes Signature { get; init; } = OpaqueBytes.Empty;

    /// <summary>Gets the signature of the posting of <see cref="PostedClaim"/>.</summary>
    public OpaqueBytes PostingSignature { get; init; } = OpaqueBytes.Empty;

    /// <summary>Gets the measured distance to the asserter's output, where commitments do not tell it; else NaN.</summary>
    public double DistanceToAsserter { get; init; } = double.NaN;

    /// <summary>Gets the measured distance to the validator's output, where commitments do not tell it; else NaN.</summary>
    public double DistanceToValidator { get; init; } = double.NaN;

    /// <summary>Gets a value indicating whether the seat's own provider gave a claim that can be judged.</summary>
    public bool HasClaim => Outcome is SeatOutcome.Answered or SeatOutcome.Revealed;

    /// <summary>Gets a value indicating whether the seat counts in a vote: it has a claim, or shares that of an earlier seat.</summary>
    public bool IsVote => Seat.Role == TaskRole.Voter && (Outcome == SeatOutcome.Answered || (Outcome == SeatOutcome.Shared && Claim is not null));

    /// <summary>Makes the record of a task that was accepted and came to an end.</summary>
    /// <param name="seat">The seat that the provider was drawn for.</param>
    /// <param name="stake">The proof of the provider's stake.</param>
    /// <param name="deadline">The deadline of the envelope, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="task">What came of the task.</param>
    /// <exception cref="ArgumentException">The task was not accepted, or did not come to an end: there is nothing to record.</exception>
    public static SeatRecord Of(Seat seat, WeightProof stake, long deadline, TaskResult task)
    {
        ArgumentNullException.ThrowIfNull(task);

        // A claim that was posted and is not the one at hand, or was never revealed.
        Signed<ClaimCommitment>? apart = task.Outcome is TaskOutcome.Silent or TaskOutcome.Equivocated ? task.Posting : null;
        return new SeatRecord
        {
            Seat = seat,
            Outcome = task.Outcome switch
            {
                TaskOutcome.Answered => SeatOutcome.Answered,
                TaskOutcome.Revealed => SeatOutcome.Revealed,
                TaskOutcome.Equivocated => SeatOutcome.Equivocated,
                TaskOutcome.Silent => SeatOutcome.Silent,
                _ => throw new ArgumentException($"Expected a task that was accepted and came to an end, got {task.Outcome}: leave it out of the record.", nameof(task)),
            },
            Provider = task.Acceptance!.Signer,
            Stake = stake,
            Deadline = deadline,
            Claim = task.Claim is { } claim ? ClaimExcerpt.Of(claim.Body) : null,
            PostedClaim = apart?.Body.Claim ?? default,
            Signature = task.Claim?.Posting.Signature ?? task.Acceptance.Signature,
            PostingSignature = apart?.Signature ?? OpaqueBytes.Empty,
        };
    }

    /// <summary>Makes the record of a later seat that this seat's provider was drawn for too.</summary>
    public SeatRecord ShareWith(Seat later) => this with
    {
        Seat = later,
        Outcome = SeatOutcome.Shared,
        Claim = Outcome == SeatOutcome.Answered ? Claim : null,
        PostedClaim = default,
        Signature = OpaqueBytes.Empty,
        PostingSignature = OpaqueBytes.Empty,
    };

    /// <summary>Tells whether the seat's provider signed what the outcome says, for this envelope. A shared seat has no signature of its own.</summary>
    /// <param name="envelope">The envelope of the seat.</param>
    /// <param name="schemes">The signature schemes that are accepted.</param>
    public bool IsSignedFor(TaskEnvelope envelope, SignatureSchemes schemes) => IsSignedFor(envelope, Claim?.Restore(envelope ?? throw new ArgumentNullException(nameof(envelope))), schemes);

    /// <summary>Does what the other does with a claim that the caller has restored already: that of <see cref="Claim"/> and the envelope, or none where there is none.</summary>
    internal bool IsSignedFor(TaskEnvelope envelope, InferenceClaim? claim, SignatureSchemes schemes)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(schemes);
        return Outcome switch
        {
            SeatOutcome.Shared => true,
            SeatOutcome.Silent => new Signed<TaskAcceptance>(new TaskAcceptance(envelope.Ledger, envelope.Digest, envelope.Provider), Provider, Signature)
                .IsValidFrom(envelope.Provider, schemes) && (PostedClaim == default || PostingFor(envelope).IsValidFrom(envelope.Provider, schemes)),
            SeatOutcome.Equivocated => claim is not null && EquivocationProof.IsProof(
                new SignedClaim(claim, Provider, Signature).Posting,
                PostingFor(envelope),
                schemes),
            SeatOutcome.Answered or SeatOutcome.Revealed => claim is not null && new SignedClaim(claim, Provider, Signature).IsValid(schemes),
            _ => false,
        };
    }

    /// <summary>Gets the digest of the seat's claim on the ledger, of which its settlement must be; <c>default</c> where the record has none.</summary>
    /// <param name="envelope">The envelope of the seat.</param>
    public Digest StandingClaimFor(TaskEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return HasClaim ? Claim!.Restore(envelope).Digest : PostedClaim;
    }

    private Signed<ClaimCommitment> PostingFor(TaskEnvelope envelope) =>
        new(new ClaimCommitment(envelope.Ledger, envelope.Digest, envelope.Provider, PostedClaim), Provider, PostingSignature);
}
