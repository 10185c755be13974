using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Keeps a ledger's books, chain, papers and store in step. Everything but waiting is done under the store's gate, so that the order of records is the order of changes;
/// nothing is shown before the store has acknowledged what it stands on.
/// </summary>
internal sealed class LedgerKeeper
{
    private const ulong MarkedEntries = 256;

    private readonly NodeId _id;
    private readonly HeadWindow _window = new();
    private readonly byte[] _chained = new byte[2048];
    private readonly byte[] _record = new byte[4096];

    // Every so many entries: the entry's number and its record's.
    private readonly List<(ulong Entry, ulong Record)> _marks = [];

    private LedgerBooks _books;
    private ulong _shown;
    private volatile bool _failed;

    /// <summary>Begins an empty ledger over an empty store.</summary>
    public LedgerKeeper(NodeId id, RecordStore store)
    {
        _id = id;
        Store = store;
        _books = new LedgerBooks(LedgerState.Empty);
        Hash = LedgerChain.Genesis(id);
    }

    /// <summary>Gets the ledger's id.</summary>
    public NodeId Id => _id;

    /// <summary>Gets the store.</summary>
    public RecordStore Store { get; }

    /// <summary>Gets the number of entries; under the gate.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>Gets the hash of the last entry; under the gate.</summary>
    public Digest Hash { get; private set; }

    /// <summary>Gets the store's number of the last record that is the ledger's; under the gate.</summary>
    public ulong LastRecord { get; private set; }

    /// <summary>Finds a record at or before that of an entry, so that entries after a number are read without those before it; under the gate.</summary>
    /// <param name="after">The number of the last entry that is not wanted.</param>
    /// <returns>The number of a record; no record up to it holds a wanted entry.</returns>
    public ulong FindRecord(ulong after)
    {
        int mark = _marks.BinarySearch((after, ulong.MaxValue));
        mark = mark < 0 ? ~mark - 1 : mark;

        // An entry's record has the entry's number at least: others' records are counted too.
        return Math.Min(LastRecord, mark < 0 ? after : Math.Max(after, _marks[mark].Record));
    }

    /// <summary>Gets the time of the last entry; under the gate.</summary>
    public long Time => _books.Time;

    /// <summary>Gets a copy of the state; under the gate.</summary>
    public LedgerState State => _books.ToState();

    /// <summary>Gets the stakes; under the gate.</summary>
    public ImmutableSortedDictionary<NodeId, Amount> Stakes => _books.TakeStakes();

    /// <summary>Gets a task; under the gate.</summary>
    public TaskRecord? FindTask(Digest task) => _books.FindTask(task);

    /// <summary>Gets an account; under the gate.</summary>
    public LedgerAccount GetAccount(NodeId node) => _books.GetAccount(node);

    /// <summary>Gets a collateral; under the gate.</summary>
    public Collateral? FindCollateral(Digest collateral) => _books.FindCollateral(collateral);

    /// <summary>Throws when the store failed; under the gate.</summary>
    public void ThrowIfFailed()
    {
        if (_failed)
        {
            throw new StoreException(StoreRefusal.Closed, "The ledger's store failed. Open the ledger again to see what was kept.");
        }
    }

    /// <summary>Gets what is kept of a task besides; under the gate.</summary>
    public TaskPapers? FindPapers(Digest task) => _books.FindPapers(task);

    /// <summary>Copies all that is kept of tasks besides; under the gate.</summary>
    public KeyValuePair<Digest, TaskPapers>[] CopyPapers() => [.. _books.CopyPapers()];

    /// <summary>Gets the window of fresh heads; under the gate.</summary>
    public (long Time, ulong First)[] CopyWindow() => [.. _window.Items];

    /// <summary>Does a command and appends it to the store; under the gate. It is not acknowledged yet.</summary>
    /// <param name="command">The command.</param>
    /// <param name="authorization">The signature it stands on.</param>
    /// <param name="now">The time; where it is before the last entry's, that counts.</param>
    /// <param name="revealed">The claim that is revealed.</param>
    /// <param name="sign">Signs the head after it, if one goes with the answer: gets the head without its stakes, and the stakes.</param>
    public LedgerRefusal Append(
        LedgerCommand command,
        CommandAuthorization? authorization,
        long now,
        SignedClaim? revealed = null,
        Func<LedgerHead, ImmutableSortedDictionary<NodeId, Amount>, Signed<LedgerHead>>? sign = null)
    {
        if (_failed)
        {
            return LedgerRefusal.StoreFailed;
        }

        now = Math.Max(now, _books.Time);
        LedgerRefusal refusal = _books.Apply(command, now);
        if (refusal != LedgerRefusal.None)
        {
            return refusal;
        }

        CanonicalWriter chained = new(_chained);
        CanonicalWriter record = new(_record);
        Digest hash;
        Signed<LedgerHead>? head;
        bool isKept = false;
        try
        {
            int body = LedgerChain.Write(ref chained, Hash, Sequence + 1, now, command);
            hash = chained.ToDigest();
            head = sign?.Invoke(new LedgerHead(_id, Sequence + 1, hash, default, now), _books.TakeStakes());
            record.WriteDomain(LedgerRecord.Domain);
            LedgerEntry.Write(ref record, chained.Written[body..], authorization, hash);
            LedgerRecord.WriteRest(ref record, revealed, head);
            LastRecord = Store.Append(InferenceLedger.Stream, record.Written);
            isKept = true;
        }
        catch (StoreException)
        {
            return LedgerRefusal.StoreFailed;
        }
        finally
        {
            if (!isKept)
            {
                // The books are ahead of the store now, also where it was a signer that threw, so they are not shown any more.
                _failed = true;
                LastRecord = ulong.MaxValue;
            }

            chained.Dispose();
            record.Dispose();
        }

        Note(command, authorization, now, revealed, head, hash);
        return LedgerRefusal.None;
    }

    /// <summary>Does an entry again that a store gave back; under the gate.</summary>
    /// <param name="item">The record, checked against the one before it.</param>
    /// <param name="refusal">Why the rules refuse the command, if they do.</param>
    public LedgerReplayFault Replay(LedgerReplayItem item, out LedgerRefusal refusal)
    {
        LedgerRecord record = item.Record!;
        LedgerEntry entry = record.Entry;
        refusal = LedgerRefusal.None;
        if (entry.Sequence != Sequence + 1)
        {
            return LedgerReplayFault.WrongSequence;
        }

        if (!item.IsChained)
        {
            return LedgerReplayFault.WrongHash;
        }

        if (!item.IsAuthorized)
        {
            return LedgerReplayFault.WrongAuthorization;
        }

        refusal = _books.Apply(entry.Command, entry.Time);
        if (refusal != LedgerRefusal.None)
        {
            return LedgerReplayFault.CommandRefused;
        }

        LastRecord = item.Number;
        Note(entry.Command, entry.Authorization, entry.Time, record.Revealed, record.Head, entry.Hash);
        return LedgerReplayFault.None;
    }

    /// <summary>Begins again where a snapshot was taken; under the gate.</summary>
    public void Restore(LedgerSnapshot snapshot, ulong number)
    {
        _books = new LedgerBooks(snapshot.State);
        Sequence = snapshot.Sequence;
        Hash = snapshot.Hash;
        LastRecord = number;
        _marks.Clear();
        _marks.Add((Sequence, number));
        foreach ((Digest task, TaskPapers papers) in snapshot.Papers)
        {
            _books.SetPapers(task, papers);
        }

        foreach ((long time, ulong first) in snapshot.Window)
        {
            _ = _window.Note(time, first);
        }
    }

    /// <summary>Waits until what stands on a record may be shown; outside the gate.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public void AwaitShown(ulong record)
    {
        if (record > Volatile.Read(ref _shown))
        {
            ThrowIfFailed();
            Store.Commit(record);
            if (!Store.IsInGroupOfThisThread)
            {
                RaiseShown(record);
            }
        }
    }

    /// <summary>Waits until a record may be acknowledged, or cannot be lost; outside the gate. False when the store failed.</summary>
    public bool TryAwait(ulong record, bool durable)
    {
        try
        {
            if (durable && !_failed)
            {
                Store.MakeDurable(record);
            }

            AwaitShown(record);
            return true;
        }
        catch (StoreException)
        {
            _failed = true;
            return false;
        }
    }

    /// <summary>Waits without a thread until a record may be acknowledged; outside the gate. False when the store failed.</summary>
    public async ValueTask<bool> TryAwaitAsync(ulong record)
    {
        if (record <= Volatile.Read(ref _shown))
        {
            return true;
        }

        try
        {
            if (_failed)
            {
                return false;
            }

            await Store.CommitAsync(record).ConfigureAwait(false);
            return true;
        }
        catch (StoreException)
        {
            _failed = true;
            return false;
        }
    }

    private void RaiseShown(ulong record)
    {
        ulong shown = Volatile.Read(ref _shown);
        while (record > shown)
        {
            ulong before = Interlocked.CompareExchange(ref _shown, record, shown);
            if (before == shown)
            {
                return;
            }

            shown = before;
        }
    }

    private void Note(LedgerCommand command, CommandAuthorization? authorization, long now, SignedClaim? revealed, Signed<LedgerHead>? head, Digest hash)
    {
        Digest before = Hash;
        Sequence++;
        Hash = hash;
        if (Sequence % MarkedEntries == 0)
        {
            _marks.Add((Sequence, LastRecord));
        }

        ulong freshFrom = _window.Note(now, Sequence);
        switch (command)
        {
            case OpenTask open:
                _books.SetPapers(open.Task, new TaskPapers { FreshFrom = freshFrom });
                break;
            case AcceptTask accept when _books.FindPapers(accept.Task) is { } papers:
                papers.Acceptance = authorization;
                break;
            case PostClaim post when _books.FindPapers(post.Task) is { } papers:
                papers.Posting = authorization;
                break;
            case RevealClaim reveal when _books.FindPapers(reveal.Task) is { } papers:
                papers.Revealed = revealed;
                break;
            case Settle settle when _books.FindPapers(settle.Tasks[0].Task) is { } papers:
                (papers.Evidence, papers.HashBefore, papers.Head) = (settle.Evidence, before, head);
                break;
            default:
                // Nothing to keep; or the task's time had come, and it was dropped by the very command.
                break;
        }
    }
}
