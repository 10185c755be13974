using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>The plain form of the books: a copy of a state that shares what does not change. What <see cref="LedgerBooks"/> does in place is compared with it.</summary>
internal sealed class PlainDraft : LedgerDraft
{
    private ImmutableSortedDictionary<NodeId, LedgerAccount> _accounts;
    private ImmutableSortedDictionary<NodeId, Amount> _stakes;
    private ImmutableSortedDictionary<Digest, TaskRecord> _tasks;
    private ImmutableSortedDictionary<Digest, Collateral> _collaterals;
    private ImmutableSortedDictionary<Digest, DoneCommand> _done;
    private ImmutableSortedSet<LedgerExpiry> _expiries;

    /// <summary>Begins with a state.</summary>
    public PlainDraft(LedgerState state)
    {
        _accounts = state.Accounts;
        _stakes = state.Stakes;
        _tasks = state.Tasks;
        _collaterals = state.Collaterals;
        _done = state.Done;
        _expiries = state.Expiries;
        Totals = state.Totals;
    }

    /// <inheritdoc/>
    public override LedgerAccount GetAccount(NodeId node) => _accounts.GetValueOrDefault(node);

    /// <inheritdoc/>
    public override TaskRecord? FindTask(Digest task) => _tasks.GetValueOrDefault(task);

    /// <inheritdoc/>
    public override Collateral? FindCollateral(Digest collateral) => _collaterals.GetValueOrDefault(collateral);

    /// <inheritdoc/>
    public override DoneCommand? FindDone(Digest id) => _done.TryGetValue(id, out DoneCommand done) ? done : null;

    /// <summary>Makes the state after the command.</summary>
    public LedgerState ToState(long now) => new(_accounts, _stakes, _tasks, Totals, now) { Collaterals = _collaterals, Done = _done, Expiries = _expiries };

    /// <inheritdoc/>
    protected override void PutAccount(NodeId node, LedgerAccount before, LedgerAccount account)
    {
        _accounts = account == default ? _accounts.Remove(node) : _accounts.SetItem(node, account);
        if (account.Stake != before.Stake)
        {
            _stakes = account.Stake == Amount.Zero ? _stakes.Remove(node) : _stakes.SetItem(node, account.Stake);
        }
    }

    /// <inheritdoc/>
    protected override void PutTask(TaskRecord task) => _tasks = _tasks.SetItem(task.Task, task);

    /// <inheritdoc/>
    protected override void PutCollateral(Collateral collateral) => _collaterals = _collaterals.SetItem(collateral.Id, collateral);

    /// <inheritdoc/>
    protected override void PutDone(Digest id, DoneCommand done) => _done = _done.SetItem(id, done);

    /// <inheritdoc/>
    protected override void PutExpiry(LedgerExpiry expiry) => _expiries = _expiries.Add(expiry);

    /// <inheritdoc/>
    protected override bool TryTakeExpiry(long now, out LedgerExpiry expiry)
    {
        expiry = _expiries.IsEmpty ? default : _expiries[0];
        bool has = !_expiries.IsEmpty && TaskRecord.HasPassed(expiry.Time, now);
        if (has)
        {
            _expiries = _expiries.Remove(expiry);
        }

        return has;
    }

    /// <inheritdoc/>
    protected override void DropTask(Digest task) => _tasks = _tasks.Remove(task);

    /// <inheritdoc/>
    protected override void DropCollateral(Digest collateral) => _collaterals = _collaterals.Remove(collateral);

    /// <inheritdoc/>
    protected override void DropDone(Digest id) => _done = _done.Remove(id);
}
