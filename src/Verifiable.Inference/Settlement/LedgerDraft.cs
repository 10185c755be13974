using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// A state being changed by one command. It keeps the totals true by what it is told of accounts and tasks; the commands see to it that what leaves one place
/// arrives at another. All sums are parts of what was deposited, so none overflows unless a command is wrong, which then throws.
/// </summary>
internal sealed class LedgerDraft
{
    private ImmutableSortedDictionary<NodeId, LedgerAccount> _accounts;
    private ImmutableSortedDictionary<NodeId, Amount> _stakes;
    private ImmutableSortedDictionary<Digest, TaskRecord> _tasks;

    /// <summary>Begins with a state.</summary>
    public LedgerDraft(LedgerState state)
    {
        _accounts = state.Accounts;
        _stakes = state.Stakes;
        _tasks = state.Tasks;
        Totals = state.Totals;
    }

    /// <summary>Gets or sets the totals; commands set what is deposited and withdrawn only.</summary>
    public LedgerTotals Totals { get; set; }

    /// <summary>Gets an account; nothing for a node that the ledger never met.</summary>
    public LedgerAccount GetAccount(NodeId node) => _accounts.GetValueOrDefault(node);

    /// <summary>Gets a task.</summary>
    public TaskRecord? FindTask(Digest task) => _tasks.GetValueOrDefault(task);

    /// <summary>Puts an account. Empty ones are not kept.</summary>
    public void SetAccount(NodeId node, LedgerAccount account)
    {
        LedgerAccount before = GetAccount(node);
        Totals = Totals with
        {
            Balances = Totals.Balances - before.Balance + account.Balance,
            FreeStakes = Totals.FreeStakes - before.FreeStake + account.FreeStake,
            ReservedStakes = Totals.ReservedStakes - before.ReservedStake + account.ReservedStake,
        };
        _accounts = account == default ? _accounts.Remove(node) : _accounts.SetItem(node, account);
        if (account.Stake != before.Stake)
        {
            _stakes = account.Stake == Amount.Zero ? _stakes.Remove(node) : _stakes.SetItem(node, account.Stake);
        }
    }

    /// <summary>Puts a task.</summary>
    public void SetTask(TaskRecord task)
    {
        Amount before = FindTask(task.Task) is { IsClosed: false } held ? held.Escrow : Amount.Zero;
        Totals = Totals with { Escrows = Totals.Escrows - before + (task.IsClosed ? Amount.Zero : task.Escrow) };
        _tasks = _tasks.SetItem(task.Task, task);
    }

    /// <summary>Adds to a balance.</summary>
    public void Credit(NodeId node, Amount amount)
    {
        if (amount > Amount.Zero)
        {
            LedgerAccount account = GetAccount(node);
            SetAccount(node, account with { Balance = account.Balance + amount });
        }
    }

    /// <summary>Ends a reservation of stake: some of it becomes free, the rest leaves the account.</summary>
    public void Release(NodeId node, Amount reserved, Amount freed)
    {
        LedgerAccount account = GetAccount(node);
        SetAccount(node, account with { ReservedStake = account.ReservedStake - reserved, FreeStake = account.FreeStake + freed });
    }

    /// <summary>Destroys money that was taken from somewhere.</summary>
    public void Burn(Amount amount) => Totals = Totals with { Burnt = Totals.Burnt + amount };

    /// <summary>Makes the state after the command.</summary>
    public LedgerState ToState(long now) => new(_accounts, _stakes, _tasks, Totals, now);
}
