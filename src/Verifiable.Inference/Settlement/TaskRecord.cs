using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>What a ledger knows of one task. Immutable. A closed task stays for a day after its opening deadline; then its id is refused by its deadline, so that no id is ever used twice.</summary>
public sealed record TaskRecord
{
    /// <summary>The longest time from the opening of a task to its opening deadline: 366 days.</summary>
    public const long MaxLifetimeMilliseconds = 366L * 86_400_000;

    /// <summary>How long a closed task is kept after its opening deadline: one day.</summary>
    public const long RetentionMilliseconds = 86_400_000;

    /// <summary>How long a claim bond can be forfeited after the opening deadline: 300 days. It is given back or forfeited long before.</summary>
    public const long BondLifetimeMilliseconds = 300L * 86_400_000;

    /// <summary>Gets the task's id: the digest of its envelope.</summary>
    public required Digest Task { get; init; }

    /// <summary>Gets who pays.</summary>
    public required NodeId Requester { get; init; }

    /// <summary>Gets to whom the task is offered.</summary>
    public required NodeId Provider { get; init; }

    /// <summary>Gets what the requester paid in.</summary>
    public required Amount Escrow { get; init; }

    /// <summary>Gets what of it the provider is paid for a right answer.</summary>
    public required Amount Reward { get; init; }

    /// <summary>Gets the stake that the provider puts at risk by accepting.</summary>
    public required Amount StakeAtRisk { get; init; }

    /// <summary>Gets what acceptance locks of the provider's balance besides, as a collateral under the task's id: the claim bond. Nothing where claims are not disputed.</summary>
    public Amount ClaimBond { get; init; }

    /// <summary>Gets the time from which a claim is late, in milliseconds since 1970-01-01 UTC.</summary>
    public required long Deadline { get; init; }

    /// <summary>Gets the time from which the opening of the secret, and with it a settlement, is late, in milliseconds since 1970-01-01 UTC.</summary>
    public required long OpeningDeadline { get; init; }

    /// <summary>Gets the commitment to the secret that a settlement must open.</summary>
    public required Digest AuditCommitment { get; init; }

    /// <summary>Gets the digest of the envelope's binding (<see cref="TaskEnvelope.BindingDigest"/>): whoever knows the binding can tell what the task is for, and nobody else.</summary>
    public Digest BindingDigest { get; init; }

    /// <summary>Gets when the task was opened, in milliseconds since 1970-01-01 UTC.</summary>
    public long OpenedAt { get; init; }

    /// <summary>Gets where the task stands.</summary>
    public required TaskState State { get; init; }

    /// <summary>Gets the digest of the claim, once it is posted.</summary>
    public Digest? Claim { get; init; }

    /// <summary>Gets whether the claim's delivery is in dispute.</summary>
    public ClaimDelivery Delivery { get; init; }

    /// <summary>Gets how the claim stands in the ledger's court.</summary>
    public CourtStanding Court { get; init; }

    /// <summary>Gets the cause of the settlement, once the task is settled.</summary>
    public SettlementCause Cause { get; init; }

    /// <summary>Gets the opened secret, once the task is settled.</summary>
    public Digest? AuditSecret { get; init; }

    /// <summary>Gets the time from which the reveal of a demanded claim is late, in milliseconds since 1970-01-01 UTC.</summary>
    public long RevealDeadline => RevealDeadlineOf(Deadline, OpeningDeadline);

    /// <summary>Gets the least time that is left for a reveal when the demand comes as late as it may, in milliseconds.</summary>
    public long RevealTimeMilliseconds => RevealDeadline - DemandDeadline;

    /// <summary>Gets the time from which the claim cannot be posted in the court any more, in milliseconds since 1970-01-01 UTC: half of the way from deadline to opening deadline.</summary>
    public long CourtDeadline => Deadline + ((OpeningDeadline - Deadline) / 2);

    /// <summary>Gets a value indicating whether the claim was demanded and is not revealed.</summary>
    public bool IsUnrevealed => State == TaskState.Claimed && Delivery == ClaimDelivery.Demanded;

    /// <summary>Gets a value indicating whether the task is over and holds no money.</summary>
    public bool IsClosed => State is TaskState.Cancelled or TaskState.Settled or TaskState.Forfeited or TaskState.Expired;

    /// <summary>Tells whether the ledger holds the task on the terms that an envelope states.</summary>
    public bool Agrees(TaskEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return Requester == envelope.Requester && Provider == envelope.Provider && Reward == envelope.Reward && Escrow == envelope.Escrow && StakeAtRisk == envelope.StakeAtRisk
            && Deadline == envelope.Deadline && OpeningDeadline == envelope.OpeningDeadline && AuditCommitment == envelope.AuditCommitment && BindingDigest == envelope.BindingDigest;
    }

    /// <summary>Tells whether it is too late to accept or to claim.</summary>
    public bool IsPastDeadline(long now) => HasPassed(Deadline, now);

    /// <summary>Tells whether it is too late to open the secret.</summary>
    public bool IsPastOpeningDeadline(long now) => HasPassed(OpeningDeadline, now);

    /// <summary>Tells whether it is too late to demand the claim: past the first eighth of the time from deadline to opening deadline.</summary>
    public bool IsPastDemandDeadline(long now) => HasPassed(DemandDeadline, now);

    /// <summary>Tells whether it is too late to reveal a demanded claim.</summary>
    public bool IsPastRevealDeadline(long now) => HasPassed(RevealDeadline, now);

    /// <summary>Tells whether it is too late to post the claim in the court.</summary>
    public bool IsPastCourtDeadline(long now) => HasPassed(CourtDeadline, now);

    /// <summary>Gets the time from which the reveal of a demanded claim is late, for any task: a quarter of the way from deadline to opening deadline.</summary>
    public static long RevealDeadlineOf(long deadline, long openingDeadline) => deadline + ((openingDeadline - deadline) / 4);

    /// <summary>Gets the stake that the task still holds: none after a conviction.</summary>
    internal Amount HeldStake => Court == CourtStanding.Convicted ? Amount.Zero : StakeAtRisk;

    /// <summary>Gets the time from which the claim bond cannot be forfeited any more: 300 days after the opening deadline.</summary>
    internal long BondExpiry => LedgerState.Later(OpeningDeadline, BondLifetimeMilliseconds);

    /// <summary>Gets the time from which a closed task is dropped.</summary>
    internal long RetainedUntil => LedgerState.Later(OpeningDeadline, RetentionMilliseconds);

    private long DemandDeadline => Deadline + ((OpeningDeadline - Deadline) / 8);

    /// <summary>The half-open rule, here and nowhere else: what happens at the deadline is late.</summary>
    internal static bool HasPassed(long deadline, long now) => now >= deadline;
}
