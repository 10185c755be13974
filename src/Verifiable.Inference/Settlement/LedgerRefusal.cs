namespace Verifiable.Inference.Settlement;

/// <summary>Why a ledger did not do a command. A refused command changed nothing. Zero means that there was no refusal: the command was done.</summary>
public enum LedgerRefusal
{
    /// <summary>No refusal: the command was done.</summary>
    None = 0,

    /// <summary>The command needs its author's signature and came without one.</summary>
    UnsignedCommand,

    /// <summary>What is signed is meant for another ledger.</summary>
    WrongLedger,

    /// <summary>The signature is not valid, or the key is not that of the node that is named.</summary>
    InvalidSignature,

    /// <summary>The time is before that of an earlier command.</summary>
    TimeRunsBackwards,

    /// <summary>An account is needed and the id names nobody.</summary>
    NobodyNamed,

    /// <summary>The amount is zero where that does nothing.</summary>
    ZeroAmount,

    /// <summary>More than 2^64 − 1 units would have been deposited.</summary>
    Overflow,

    /// <summary>The balance is smaller than the amount.</summary>
    InsufficientBalance,

    /// <summary>The stake that is not reserved for a task is smaller than the amount.</summary>
    InsufficientFreeStake,

    /// <summary>There is or was a task with this id.</summary>
    TaskExists,

    /// <summary>There is no task with this id.</summary>
    TaskUnknown,

    /// <summary>The task is cancelled, settled, forfeited or expired.</summary>
    TaskClosed,

    /// <summary>The reward is more than the escrow.</summary>
    RewardExceedsEscrow,

    /// <summary>The deadline has passed, or the opening is not due after it.</summary>
    InvalidDeadlines,

    /// <summary>The task was offered to another provider.</summary>
    WrongProvider,

    /// <summary>The task is accepted already.</summary>
    AlreadyAccepted,

    /// <summary>The task can no longer be accepted: its deadline has passed.</summary>
    AcceptanceTooLate,

    /// <summary>The provider did not accept the task.</summary>
    NotAccepted,

    /// <summary>The deadline of the claim has passed.</summary>
    ClaimTooLate,

    /// <summary>This very claim is posted already: a retry, and harmless.</summary>
    AlreadyPosted,

    /// <summary>Another claim is posted already, and it stands. The two signed commitments prove equivocation.</summary>
    Equivocation,

    /// <summary>A claim is posted, so the provider was not silent.</summary>
    ClaimPosted,

    /// <summary>No claim is posted.</summary>
    ClaimMissing,

    /// <summary>The deadline of the claim has not passed yet.</summary>
    DeadlineNotReached,

    /// <summary>The deadline of the opening has not passed yet.</summary>
    OpeningDeadlineNotReached,

    /// <summary>The deadline of the opening has passed: what happens to the task does not depend on the requester any more.</summary>
    OpeningTooLate,

    /// <summary>The secret is not the one that the task's audit commitment commits to.</summary>
    WrongSecret,

    /// <summary>The settlement lists no task.</summary>
    SettlementEmpty,

    /// <summary>The settlement lists more tasks or transfers than <see cref="Settle"/> allows.</summary>
    SettlementTooLarge,

    /// <summary>The settlement lists a task twice.</summary>
    TaskListedTwice,

    /// <summary>The settlement's tasks are not all of one requester.</summary>
    RequesterMismatch,

    /// <summary>The settlement names no cause for a task.</summary>
    InvalidCause,

    /// <summary>A transfer has no source or purpose, burns to somebody, or pays nobody.</summary>
    InvalidTransfer,

    /// <summary>A transfer is from a task that the settlement does not list.</summary>
    TransferFromUnlistedTask,

    /// <summary>A transfer takes the stake of a provider who was neither silent nor convicted.</summary>
    StakeNotForfeit,

    /// <summary>The transfers take more from an escrow or a stake than there is.</summary>
    TransferExceedsSource,

    /// <summary>The claim is demanded already.</summary>
    AlreadyDemanded,

    /// <summary>The demand comes too late to leave the provider time to reveal.</summary>
    DemandTooLate,

    /// <summary>Nobody demanded the claim, or it is revealed already.</summary>
    NotDemanded,

    /// <summary>What is revealed or settled is not the claim that was posted, or does not answer the envelope.</summary>
    ClaimMismatch,

    /// <summary>The deadline of the reveal has passed.</summary>
    RevealTooLate,

    /// <summary>The deadline of the reveal has not passed yet.</summary>
    RevealDeadlineNotReached,

    /// <summary>The settlement's evidence does not hold, or the ledger has no judge for its strategy.</summary>
    EvidenceRefused,

    /// <summary>The evidence is of a request on another ledger, or its opening head is not one of this ledger.</summary>
    EvidenceOfAnotherLedger,

    /// <summary>The evidence's opening head is too old, or younger than a task that was opened by it.</summary>
    EvidenceStale,

    /// <summary>The claim was demanded and not revealed, so the provider counts as silent.</summary>
    ClaimNotRevealed,

    /// <summary>No stake of the account is being unbonded.</summary>
    NothingUnbonding,

    /// <summary>The stake is still being unbonded.</summary>
    UnbondingNotOver,

    /// <summary>There is or was a collateral with this id.</summary>
    CollateralExists,

    /// <summary>There is no collateral with this id.</summary>
    CollateralUnknown,

    /// <summary>The collateral is given back or forfeited.</summary>
    CollateralClosed,

    /// <summary>The collateral can only be given back: its expiry has passed.</summary>
    CollateralExpired,

    /// <summary>The command cannot be done under an id: it has one of its own, or is signed.</summary>
    CommandHasOwnId,

    /// <summary>The very same command was done under this id: a retry, and harmless.</summary>
    AlreadyDone,

    /// <summary>Another command was done under this id.</summary>
    CommandIdReused,

    /// <summary>The expiry of the command's id has passed.</summary>
    CommandExpired,

    /// <summary>The expiry of the command's id is too far away.</summary>
    ExpiryTooFar,

    /// <summary>The claim is in the ledger's court, and the court has not closed it.</summary>
    TaskInCourt,

    /// <summary>The court has nothing open over the claim.</summary>
    NotInCourt,

    /// <summary>The task was opened without a claim bond: its claim cannot be disputed.</summary>
    NoClaimBond,

    /// <summary>The settlement contradicts what the ledger's court found, or pays a bonded claim that the court did not find to stand.</summary>
    RulingMismatch,

    /// <summary>A settlement says that the claim is in no court, and it can still be posted there.</summary>
    CourtDeadlineNotReached,

    /// <summary>It is too late to post the claim in the court.</summary>
    CourtDeadlinePassed,

    /// <summary>The ledger could not keep the command, and is closed. Whether it was done shows when the ledger is opened again; then the same command can be sent again.</summary>
    StoreFailed,
}
