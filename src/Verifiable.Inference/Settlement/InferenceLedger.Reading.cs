using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Settlement;

/// <content>What can be read of a ledger. Whatever is shown, the store has acknowledged.</content>
public sealed partial class InferenceLedger
{
    /// <summary>Gets the state after the last entry. Costs as much as changed since it was last asked for.</summary>
    public LedgerState State => Show(static keeper => keeper.State);

    /// <summary>Gets the number of entries.</summary>
    public ulong Sequence => Show(static keeper => keeper.Sequence);

    /// <summary>Gets the tree of all bonded stakes, by which providers are drawn. Built anew only after stakes changed.</summary>
    public WeightTree Stakes => GetStakes(Show(static keeper => keeper.Stakes));

    /// <summary>Gets who holds what share of the bonded stakes. Added up anew only after stakes changed.</summary>
    public StakeShares StakeShares => SnapshotOf(Show(static keeper => keeper.Stakes)).Shares;

    /// <summary>Gets all bonded stakes; the very object before, where none changed.</summary>
    internal ImmutableSortedDictionary<NodeId, Amount> BondedStakes => Show(static keeper => keeper.Stakes);

    /// <summary>Gets the root of <see cref="Stakes"/>.</summary>
    public Digest StakesRoot => Stakes.Root;

    /// <summary>Gets a task, or <see langword="null"/> when there is none with this id, or it was closed long ago.</summary>
    public TaskRecord? FindTask(Digest task) => Show(task, static (keeper, task) => keeper.FindTask(task));

    /// <summary>Gets the balance of an account; nothing for a node that the ledger never met.</summary>
    public Amount BalanceOf(NodeId node) => AccountOf(node).Balance;

    /// <summary>Gets an account; nothing for a node that the ledger never met.</summary>
    internal LedgerAccount AccountOf(NodeId node) => Show(node, static (keeper, node) => keeper.GetAccount(node));

    /// <summary>Gets the signed acceptance of a task, or <see langword="null"/> when there is none.</summary>
    public Signed<TaskAcceptance>? FindAcceptance(Digest task) => Show(task, static (keeper, task) =>
        keeper.FindPapers(task)?.Acceptance is { } signed ? new Signed<TaskAcceptance>(new TaskAcceptance(keeper.Id, task, keeper.FindTask(task)!.Provider), signed.Signer, signed.Signature) : null);

    /// <summary>Gets the signed commitment that was posted for a task, or <see langword="null"/> when there is none.</summary>
    public Signed<ClaimCommitment>? FindPosting(Digest task) => Show(task, static (keeper, task) =>
        keeper.FindPapers(task)?.Posting is { } signed && keeper.FindTask(task) is { Claim: { } claim } record
            ? new Signed<ClaimCommitment>(new ClaimCommitment(keeper.Id, task, record.Provider, claim), signed.Signer, signed.Signature)
            : null);

    /// <summary>Gets the claim that was revealed for a task, or <see langword="null"/> when there is none.</summary>
    public SignedClaim? FindRevealed(Digest task) => Show(task, static (keeper, task) => keeper.FindPapers(task)?.Revealed);

    /// <summary>Signs where the ledger stands. No crash can lose the entries before it.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is inside a group of the store.</exception>
    public Signed<LedgerHead> SignHead() => SignHeadWithStakes().Head;

    /// <summary>Signs where the ledger stands, and gives the stakes that the head's root stands for. No crash can lose the entries before it.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is inside a group of the store.</exception>
    public (Signed<LedgerHead> Head, WeightTree Stakes) SignHeadWithStakes()
    {
        (ulong Sequence, Digest Hash, long Time, ImmutableSortedDictionary<NodeId, Amount> Stakes, ulong Record) now;
        lock (Store.Gate)
        {
            now = (_keeper.Sequence, _keeper.Hash, _keeper.Time, _keeper.Stakes, _keeper.LastRecord);
        }

        WeightTree stakes = GetStakes(now.Stakes);
        if (now.Record != ulong.MaxValue)
        {
            Store.MakeDurable(now.Record);
        }

        _keeper.AwaitShown(now.Record);

        // Signed once for each state: the opening head of a request is often the closing head of the one before.
        Signed<LedgerHead>? head = _head;
        if (head is null || head.Body.Sequence != now.Sequence)
        {
            head = SignNew(new LedgerHead(Id, now.Sequence, now.Hash, stakes.Root, now.Time));
        }

        return (head, stakes);
    }

    /// <summary>Gets a copy of the entries after a number.</summary>
    /// <param name="after">The number of the last entry that is not wanted; 0 for all entries.</param>
    /// <exception cref="StoreException">The entries were freed from the store, or it failed.</exception>
    public ImmutableArray<LedgerEntry> ReadEntries(ulong after = 0)
    {
        ImmutableArray<LedgerEntry>.Builder entries = ImmutableArray.CreateBuilder<LedgerEntry>();
        (ulong first, ulong last) = Show(keeper => (keeper.FindRecord(after), keeper.LastRecord));
        foreach (StoredRecord stored in Store.Read(first))
        {
            if (stored.Sequence > last)
            {
                break;
            }

            if (stored.Stream == Stream && Canonical.TryRead(stored.Content.Span, out LedgerRecord? record) && record.Entry.Sequence > after)
            {
                entries.Add(record.Entry);
            }
        }

        return entries.DrainToImmutable();
    }

    /// <summary>
    /// Keeps a snapshot in the store, so that the ledger opens without doing the entries before it again. They stay until <see cref="RecordStore.Free"/> is called.
    /// Commands wait while the state is copied, not while it is written.
    /// </summary>
    /// <exception cref="StoreException">The store failed, or the snapshot is too large.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is inside a group of the store.</exception>
    public void WriteSnapshot()
    {
        if (Store.IsInGroupOfThisThread)
        {
            throw new InvalidOperationException("A snapshot cannot be taken inside a group.");
        }

        LedgerSnapshot snapshot;
        StorePoint point;
        lock (Store.Gate)
        {
            _keeper.ThrowIfFailed();
            KeyValuePair<Digest, TaskPapers>[] papers = _keeper.CopyPapers();
            Array.Sort(papers, static (left, right) => left.Key.CompareTo(right.Key));
            snapshot = new LedgerSnapshot(Id, _keeper.Sequence, _keeper.Hash, _keeper.State, [.. papers], [.. _keeper.CopyWindow()]);
            point = Store.Tip;
        }

        Store.WriteSnapshot(Stream, point, snapshot.ToBytes());
    }

    private T Show<T>(Func<LedgerKeeper, T> read) => Show(read, static (keeper, read) => read(keeper));

    private T Show<TWhat, T>(TWhat what, Func<LedgerKeeper, TWhat, T> read)
    {
        T shown;
        ulong record;
        lock (Store.Gate)
        {
            shown = read(_keeper, what);
            record = _keeper.LastRecord;
        }

        _keeper.AwaitShown(record);
        return shown;
    }

    private Signed<LedgerHead> SignNew(LedgerHead body)
    {
        Signed<LedgerHead> head = _operator.Sign(body);
        if (Schemes.IsRemembering)
        {
            Schemes.Remember(head.Signer, head.Body.ToBytes(), head.Signature.Span);
        }

        _head = head;
        return head;
    }

    private WeightTree GetStakes(ImmutableSortedDictionary<NodeId, Amount> stakes) => SnapshotOf(stakes).Tree;

    private StakesSnapshot SnapshotOf(ImmutableSortedDictionary<NodeId, Amount> stakes)
    {
        StakesSnapshot snapshot = _stakes;
        if (!ReferenceEquals(snapshot.Stakes, stakes))
        {
            // Two threads may both make one: they are equal, and either is kept.
            snapshot = new StakesSnapshot(stakes);
            _stakes = snapshot;
        }

        return snapshot;
    }

    private sealed class StakesSnapshot(ImmutableSortedDictionary<NodeId, Amount> stakes)
    {
        private readonly Lazy<WeightTree> _tree = new(() => StakeTree.Build(stakes));
        private readonly Lazy<StakeShares> _shares = new(() => new StakeShares(stakes));

        public ImmutableSortedDictionary<NodeId, Amount> Stakes { get; } = stakes;

        public WeightTree Tree => _tree.Value;

        public StakeShares Shares => _shares.Value;
    }
}
