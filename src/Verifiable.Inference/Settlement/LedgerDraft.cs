using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// A ledger's books while one command changes them. It keeps the totals true by what it is told of accounts, tasks and collaterals; the commands see to it that what leaves
/// one place arrives at another, and that nothing is changed before it is sure that nothing is refused. All sums are parts of what was deposited, so none overflows unless a
/// command is wrong, which then throws.
/// </summary>
internal abstract class LedgerDraft
{
    /// <summary>Gets or sets the totals; commands set what is deposited and withdrawn only.</summary>
    public LedgerTotals Totals { get; set; }

    /// <summary>Gets an account; nothing for a node that the ledger never met.</summary>
    public abstract LedgerAccount GetAccount(NodeId node);

    /// <summary>Gets a task.</summary>
    public abstract TaskRecord? FindTask(Digest task);

    /// <summary>Gets a collateral.</summary>
    public abstract Collateral? FindCollateral(Digest collateral);

    /// <summary>Gets a command that was done under an id.</summary>
    public abstract DoneCommand? FindDone(Digest id);

    /// <summary>Puts an account. Empty ones are not kept.</summary>
    /// <param name="node">Whose account it is.</param>
    /// <param name="before">The account as it is now.</param>
    /// <param name="account">The account as it is to be.</param>
    public void SetAccount(NodeId node, LedgerAccount before, LedgerAccount account)
    {
        account = account.Unbonding == Amount.Zero ? account with { UnbondedAt = 0 } : account;
        Totals = Totals with
        {
            Balances = Totals.Balances - before.Balance + account.Balance,
            FreeStakes = Totals.FreeStakes - before.FreeStake + account.FreeStake,
            ReservedStakes = Totals.ReservedStakes - before.ReservedStake + account.ReservedStake,
            Unbonding = Totals.Unbonding - before.Unbonding + account.Unbonding,
        };
        PutAccount(node, before, account);
    }

    /// <summary>Puts a task. A closed one stays until no command can name it any more.</summary>
    /// <param name="before">The task as it is now.</param>
    /// <param name="task">The task as it is to be.</param>
    public void SetTask(TaskRecord? before, TaskRecord task)
    {
        Amount held = before is { IsClosed: false } ? before.Escrow : Amount.Zero;
        Amount holds = task.IsClosed ? Amount.Zero : task.Escrow;
        if (held != holds)
        {
            Totals = Totals with { Escrows = Totals.Escrows - held + holds };
        }

        PutTask(task);
        if (task.IsClosed)
        {
            PutExpiry(new LedgerExpiry(task.RetainedUntil, LedgerExpiryKind.Task, task.Task));
        }
    }

    /// <summary>Puts a collateral. A closed one stays until its expiry.</summary>
    public void SetCollateral(Collateral collateral)
    {
        Amount before = FindCollateral(collateral.Id) is { IsClosed: false } held ? held.Amount : Amount.Zero;
        Totals = Totals with { Collaterals = Totals.Collaterals - before + (collateral.IsClosed ? Amount.Zero : collateral.Amount) };
        PutCollateral(collateral);
        if (collateral.IsClosed)
        {
            PutExpiry(new LedgerExpiry(collateral.Expiry, LedgerExpiryKind.Collateral, collateral.Id));
        }
    }

    /// <summary>Notes that a command was done under an id.</summary>
    public void SetDone(Digest id, DoneCommand done)
    {
        PutDone(id, done);
        PutExpiry(new LedgerExpiry(done.Expiry, LedgerExpiryKind.Command, id));
    }

    /// <summary>Adds to a balance.</summary>
    public void Credit(NodeId node, Amount amount)
    {
        if (amount > Amount.Zero)
        {
            LedgerAccount account = GetAccount(node);
            SetAccount(node, account, account with { Balance = account.Balance + amount });
        }
    }

    /// <summary>Ends a reservation of stake: some of it becomes free, the rest leaves the account.</summary>
    public void Release(NodeId node, Amount reserved, Amount freed)
    {
        LedgerAccount account = GetAccount(node);
        SetAccount(node, account, account with { ReservedStake = account.ReservedStake - reserved, FreeStake = account.FreeStake + freed });
    }

    /// <summary>Gives the claim bond of a task back that is closed without the court. Of a claim that was in the court, the court decides.</summary>
    public void ReleaseBond(TaskRecord task)
    {
        if (task.ClaimBond != Amount.Zero && task.Court == CourtStanding.None && FindCollateral(task.Task) is { IsClosed: false } bond)
        {
            SetCollateral(bond with { IsClosed = true });
            Credit(bond.Owner, bond.Amount);
        }
    }

    /// <summary>Destroys money that was taken from somewhere.</summary>
    public void Burn(Amount amount) => Totals = Totals with { Burnt = Totals.Burnt + amount };

    /// <summary>Drops what is closed and can no longer be named by a command that would be done, earliest first.</summary>
    public void DropExpired(long now)
    {
        while (TryTakeExpiry(now, out LedgerExpiry expiry))
        {
            switch (expiry.Kind)
            {
                case LedgerExpiryKind.Task:
                    DropTask(expiry.Id);
                    break;
                case LedgerExpiryKind.Collateral:
                    DropCollateral(expiry.Id);
                    break;
                default:
                    DropDone(expiry.Id);
                    break;
            }
        }
    }

    /// <summary>Keeps an account, or drops an empty one.</summary>
    protected abstract void PutAccount(NodeId node, LedgerAccount before, LedgerAccount account);

    /// <summary>Keeps a task.</summary>
    protected abstract void PutTask(TaskRecord task);

    /// <summary>Keeps a collateral.</summary>
    protected abstract void PutCollateral(Collateral collateral);

    /// <summary>Keeps the id of a command.</summary>
    protected abstract void PutDone(Digest id, DoneCommand done);

    /// <summary>Notes when something can be dropped.</summary>
    protected abstract void PutExpiry(LedgerExpiry expiry);

    /// <summary>Takes the earliest expiry out if it has come.</summary>
    protected abstract bool TryTakeExpiry(long now, out LedgerExpiry expiry);

    /// <summary>Drops a task.</summary>
    protected abstract void DropTask(Digest task);

    /// <summary>Drops a collateral.</summary>
    protected abstract void DropCollateral(Digest collateral);

    /// <summary>Drops the id of a command.</summary>
    protected abstract void DropDone(Digest id);
}
