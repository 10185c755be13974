using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Takes a task on, reserves stake for it, and locks the claim bond where it has one. <see cref="InferenceLedger"/> takes it signed only, by <see cref="InferenceLedger.Accept"/>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Provider">Who accepts.</param>
public sealed record AcceptTask(Digest Task, NodeId Provider) : LedgerCommand
{
    /// <inheritdoc/>
    internal override bool NeedsAuthorization => true;

    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.AcceptTask;

    /// <summary>Reads what follows the tag.</summary>
    internal static AcceptTask ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest(), reader.Read<NodeId>());

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (draft.FindTask(Task) is not { } task)
        {
            return LedgerRefusal.TaskUnknown;
        }

        if (task.Provider != Provider)
        {
            return LedgerRefusal.WrongProvider;
        }

        if (task.IsClosed)
        {
            return LedgerRefusal.TaskClosed;
        }

        if (task.State != TaskState.Open)
        {
            return LedgerRefusal.AlreadyAccepted;
        }

        if (task.IsPastDeadline(now))
        {
            return LedgerRefusal.AcceptanceTooLate;
        }

        LedgerAccount account = draft.GetAccount(Provider);
        if (account.FreeStake + account.Unbonding < task.StakeAtRisk)
        {
            return LedgerRefusal.InsufficientFreeStake;
        }

        if (account.Balance < task.ClaimBond)
        {
            return LedgerRefusal.InsufficientBalance;
        }

        if (task.ClaimBond != Amount.Zero && draft.FindCollateral(Task) is not null)
        {
            return LedgerRefusal.CollateralExists;
        }

        Amount free = account.FreeStake < task.StakeAtRisk ? account.FreeStake : task.StakeAtRisk;
        draft.SetAccount(Provider, account, account with
        {
            Balance = account.Balance - task.ClaimBond,
            FreeStake = account.FreeStake - free,
            Unbonding = account.Unbonding - (task.StakeAtRisk - free),
            ReservedStake = account.ReservedStake + task.StakeAtRisk,
        });
        if (task.ClaimBond != Amount.Zero)
        {
            draft.SetCollateral(new Collateral(Task, Provider, task.ClaimBond, task.BondExpiry, IsClosed: false));
        }

        draft.SetTask(task, task with { State = TaskState.Accepted });
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Task);
        Provider.WriteTo(ref writer);
    }
}
