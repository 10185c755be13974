namespace Verifiable.Inference.Settlement;

/// <summary>
/// Knows a command that was done before. Whoever had no answer sends it again, and must hear what the first time was answered: that it was done. A command that names a task
/// has the task's id for its own, which no other task ever has.
/// </summary>
internal static class LedgerRetries
{
    /// <summary>Tells whether a command that was refused is one that was done before; under the gate.</summary>
    public static bool IsRetry(LedgerKeeper keeper, LedgerCommand command, LedgerRefusal refusal) => (command, refusal) switch
    {
        (Once, LedgerRefusal.AlreadyDone) => true,
        (PostClaim, LedgerRefusal.AlreadyPosted) => true,
        (DemandClaim, LedgerRefusal.AlreadyDemanded) => true,
        (OpenTask open, LedgerRefusal.TaskExists) => keeper.FindTask(open.Task) is { } task && IsOf(task, open),
        (AcceptTask accept, LedgerRefusal.AlreadyAccepted or LedgerRefusal.TaskClosed) => keeper.FindTask(accept.Task)?.State is not (null or TaskState.Open or TaskState.Cancelled),
        (CancelTask cancel, LedgerRefusal.TaskClosed) => keeper.FindTask(cancel.Task)?.State == TaskState.Cancelled,
        (ForfeitOpening forfeit, LedgerRefusal.TaskClosed) => keeper.FindTask(forfeit.Task)?.State == TaskState.Forfeited,
        (ExpireSilence expire, LedgerRefusal.TaskClosed) => keeper.FindTask(expire.Task)?.State == TaskState.Expired,
        (RevealClaim reveal, LedgerRefusal.NotDemanded or LedgerRefusal.TaskClosed) =>
            keeper.FindTask(reveal.Task) is { Delivery: ClaimDelivery.Revealed } task && task.Claim == reveal.Claim,
        (LockCollateral locks, LedgerRefusal.CollateralExists) => keeper.FindCollateral(locks.Id) is { } held
            && held with { IsClosed = false } == new Collateral(locks.Id, locks.Owner, locks.Amount, locks.Expiry, IsClosed: false),
        _ => false,
    };

    private static bool IsOf(TaskRecord task, OpenTask open) =>
        task.Requester == open.Requester && task.Provider == open.Provider && task.Escrow == open.Escrow && task.Reward == open.Reward && task.StakeAtRisk == open.StakeAtRisk && task.ClaimBond == open.ClaimBond
        && task.Deadline == open.Deadline && task.OpeningDeadline == open.OpeningDeadline && task.AuditCommitment == open.AuditCommitment && task.BindingDigest == open.BindingDigest;
}
