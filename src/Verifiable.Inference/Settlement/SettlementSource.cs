using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>One task while it is settled: what is still left of its escrow and of the stake that backs it.</summary>
internal sealed class SettlementSource
{
    private readonly TaskRecord _task;
    private readonly TaskSettlement _settlement;
    private Amount _escrow;
    private Amount _stake;

    /// <summary>Creates a source of a task that <see cref="Check"/> found nothing against.</summary>
    public SettlementSource(TaskRecord task, TaskSettlement settlement)
    {
        _task = task;
        _settlement = settlement;
        _escrow = task.Escrow;
        _stake = task.HeldStake;
    }

    /// <summary>Gets the task's id.</summary>
    public Digest Task => _task.Task;

    /// <summary>Tells why a task cannot be settled with this cause and secret at this time.</summary>
    public static LedgerRefusal Check(TaskRecord task, TaskSettlement settlement, long now)
    {
        if (task.IsClosed)
        {
            return LedgerRefusal.TaskClosed;
        }

        if (task.State == TaskState.Open)
        {
            return LedgerRefusal.NotAccepted;
        }

        // Afterwards anybody may close the task, and what that gives must not depend on who is faster.
        if (task.IsPastOpeningDeadline(now))
        {
            return LedgerRefusal.OpeningTooLate;
        }

        if (Claims.AuditSecret.Commit(settlement.AuditSecret) != task.AuditCommitment)
        {
            return LedgerRefusal.WrongSecret;
        }

        if (settlement.IsRevealed && task.Delivery != ClaimDelivery.Revealed)
        {
            return LedgerRefusal.NotDemanded;
        }

        LedgerRefusal refusal = settlement.Cause switch
        {
            SettlementCause.Silent when task.IsUnrevealed => task.IsPastRevealDeadline(now) ? LedgerRefusal.None : LedgerRefusal.RevealDeadlineNotReached,
            SettlementCause.Silent when task.State != TaskState.Accepted => LedgerRefusal.ClaimPosted,
            SettlementCause.Silent when !task.IsPastDeadline(now) => LedgerRefusal.DeadlineNotReached,
            SettlementCause.Served or SettlementCause.Convicted when task.State != TaskState.Claimed => LedgerRefusal.ClaimMissing,
            SettlementCause.Silent or SettlementCause.Served or SettlementCause.Convicted => CheckCourt(task, settlement, now),
            _ => LedgerRefusal.InvalidCause,
        };

        // Rationale: coin, draws and votes follow from claims. One that was signed afterwards, with the secret and the beacon at hand, would be chosen by what it draws.
        return refusal == LedgerRefusal.None && settlement.Claim != task.Claim.GetValueOrDefault() ? LedgerRefusal.ClaimMismatch : refusal;
    }

    // What the court found binds: neither a conviction nor that a claim stands can be left out. That a claim is in no court counts when it cannot come there any more, or has nothing to come with.
    private static LedgerRefusal CheckCourt(TaskRecord task, TaskSettlement settlement, long now)
    {
        bool isFound = settlement.Court is CourtStanding.Stands or CourtStanding.Convicted;
        return task.Court == CourtStanding.Pending || settlement.Court == CourtStanding.Pending ? LedgerRefusal.TaskInCourt
            : isFound && settlement.Court != task.Court ? LedgerRefusal.RulingMismatch
            : settlement.Court == CourtStanding.Convicted && settlement.Cause != SettlementCause.Convicted ? LedgerRefusal.RulingMismatch
            : isFound ? LedgerRefusal.None

            // Two claims of one provider convict it whatever the court found of the one that it was shown.
            : settlement.Cause == SettlementCause.Convicted ? (task.Court == CourtStanding.Convicted ? LedgerRefusal.RulingMismatch : LedgerRefusal.None)
            : task.Court != CourtStanding.None ? LedgerRefusal.RulingMismatch
            : settlement.Cause == SettlementCause.Served && task.ClaimBond != Amount.Zero && settlement.Court == CourtStanding.None && !task.IsPastCourtDeadline(now) ? LedgerRefusal.CourtDeadlineNotReached
            : LedgerRefusal.None;
    }

    /// <summary>Takes the amount of a transfer, if it may be taken and is there.</summary>
    public LedgerRefusal Take(Transfer transfer)
    {
        if (!transfer.IsWellFormed || transfer.Source is not (TransferSource.Escrow or TransferSource.Stake))
        {
            return LedgerRefusal.InvalidTransfer;
        }

        if (transfer.Amount == Amount.Zero)
        {
            return LedgerRefusal.ZeroAmount;
        }

        if (transfer.Source == TransferSource.Stake && _settlement.Cause is not (SettlementCause.Silent or SettlementCause.Convicted))
        {
            return LedgerRefusal.StakeNotForfeit;
        }

        if (transfer.Source == TransferSource.Escrow && transfer.Recipient == _task.Provider && _task.ClaimBond != Amount.Zero && _task.Court != CourtStanding.Stands)
        {
            return LedgerRefusal.RulingMismatch;
        }

        ref Amount left = ref transfer.Source == TransferSource.Escrow ? ref _escrow : ref _stake;
        if (left < transfer.Amount)
        {
            return LedgerRefusal.TransferExceedsSource;
        }

        left -= transfer.Amount;
        return LedgerRefusal.None;
    }

    /// <summary>Closes the task and gives back what is left.</summary>
    public void Close(LedgerDraft draft)
    {
        draft.SetTask(_task, _task with { State = TaskState.Settled, Cause = _settlement.Cause, AuditSecret = _settlement.AuditSecret });
        draft.Release(_task.Provider, _task.HeldStake, _stake);
        draft.ReleaseBond(_task);
        draft.Credit(_task.Requester, _escrow);
    }
}
