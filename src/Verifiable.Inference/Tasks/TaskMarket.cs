using System.Collections.Immutable;
using System.Security.Cryptography;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tasks;

/// <summary>
/// A market of tasks beside a ledger: <see cref="MarketState"/> with a clock, signatures, a store, and the ledger's word for everything that has to do with money. Thread-safe.
/// </summary>
/// <remarks>
/// The ledger leads. Money moves there first, and the market writes down afterwards what the ledger shows; both write to one store, in one order. So after a crash, wherever it fell, the market
/// knows nothing that the ledger does not, and <see cref="Recover"/> tells it the rest. Every command can be given again: what was done already is refused as that.
/// </remarks>
public sealed class TaskMarket
{
    /// <summary>The stream of a store that holds a market's entries.</summary>
    public const byte Stream = 2;

    private const string DrawDomain = "vinf/market-draw/v1";

    private readonly Lock _gate;
    private readonly RecordStore? _store;
    private readonly TimeProvider _time;
    private readonly byte[] _drawKey;
    private volatile MarketState _state = MarketState.Empty;

    // The ledger's stakes that the state has, as the ledger gave them.
    private ImmutableSortedDictionary<NodeId, Amount>? _noted;

    /// <summary>Creates a market, or opens one from its store.</summary>
    /// <param name="ledger">The ledger; opened from the same store, before the market, where there is one.</param>
    /// <param name="time">The clock; the ledger's.</param>
    /// <param name="drawKey">
    /// The key of the market's random challenges, 32 secret bytes; the same for a market's whole life. The secrets of every task follow from it. Whoever holds it knows all coins and draws ahead,
    /// and together with a requester can try postings until one has the draw that they want: whoever does not trust the market's operator must not rely on its challenges.
    /// </param>
    /// <param name="store">Where entries are kept; <see langword="null"/> to keep them nowhere.</param>
    /// <exception cref="InvalidDataException">The store has an entry or a snapshot that a market does not write, or entries without a snapshot before them were freed; the message says which.</exception>
    public TaskMarket(InferenceLedger ledger, TimeProvider time, Digest drawKey, RecordStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(time);
        Ledger = ledger;
        _time = time;
        _store = store;
        _gate = store?.Gate ?? new Lock();
        _drawKey = new byte[Digest.Size];
        drawKey.CopyTo(_drawKey);
        if (store is not null)
        {
            _state = MarketRestart.Run(store, ledger);
        }
    }

    /// <summary>Gets the ledger.</summary>
    public InferenceLedger Ledger { get; }

    /// <summary>Gets the state after the last command.</summary>
    public MarketState State => _state;

    /// <summary>Gets the time in milliseconds since 1970-01-01 UTC.</summary>
    public long Now => Math.Max(_time.GetUtcNow().ToUnixTimeMilliseconds(), _state.Time);

    /// <summary>
    /// Gives the commitment to the secrets of a task's random challenges, which its requester signs with the posting: so neither side can change them afterwards. Each assignment of the task has a
    /// secret of its own.
    /// </summary>
    /// <param name="task">The task's id.</param>
    public Digest DrawCommitmentOf(Digest task) => MarketDrawChain.Commit(SeedOf(task));

    /// <summary>Does a command on its author's signed word.</summary>
    public MarketRefusal Apply(Signed<MarketCommand> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        MarketCommand body = command.Body;
        return !body.NeedsSignature ? MarketRefusal.WrongAuthorization
            : body.Ledger != Ledger.Id ? MarketRefusal.WrongLedger
            : !command.IsValidFrom(body.Actor, Ledger.Schemes) ? MarketRefusal.InvalidSignature
            : body.Act == MarketAct.Post && body.Reference != DrawCommitmentOf(body.Task) ? MarketRefusal.WrongSecret
            : Append(new MarketEntry(0, body, command.Signer, command.Signature));
    }

    /// <summary>Does a command that stands on nobody's word, but on the ledger's, the clock's or a draw's.</summary>
    public MarketRefusal Apply(MarketCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.NeedsSignature ? MarketRefusal.WrongAuthorization
            : command.Ledger != Ledger.Id ? MarketRefusal.WrongLedger
            : Append(new MarketEntry(0, command, null, OpaqueBytes.Empty));
    }

    /// <summary>Opens the secret of a task's random challenge, so that the coin falls: once the answer is delivered, and before its window ends.</summary>
    /// <param name="task">The task.</param>
    public MarketRefusal OpenDraw(Digest task) => _state.FindTask(task) switch
    {
        null => MarketRefusal.TaskUnknown,
        { Assignments: 0 or > MarketDrawChain.Length } => MarketRefusal.WrongState,
        { } known => Apply(OpenDrawOf(known)),
    };

    /// <summary>
    /// Tells a task everything that the ledger and the clock say of it: an answer, a delivery, an end, a conviction, silence, expiry. May be called at any time, any number of times.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <returns>Where the task then stands.</returns>
    public MarketTaskState Advance(Digest task)
    {
        while (_state.FindTask(task) is { IsClosed: false } current && Next(current) is { } command && Apply(command) == MarketRefusal.None)
        {
            // Each step may make the next one true.
        }

        return _state.FindTask(task)?.State ?? MarketTaskState.None;
    }

    /// <summary>Brings the market up to the ledger after it was opened: finds tasks that the ledger took before the market could write it down, and advances all.</summary>
    /// <returns>The tasks that a strategy was running, whose runs are lost with the process: their requesters say so and run them again.</returns>
    public IReadOnlyList<MarketTask> Recover()
    {
        List<MarketTask> lost = [];
        foreach (MarketTask task in _state.Tasks.Values.Where(static task => !task.IsClosed).ToArray())
        {
            if (FindConfirmation(task) is { } confirm)
            {
                _ = Apply(confirm);
            }

            if (Advance(task.Id) == MarketTaskState.Assigned && task.Posting.Assignment == MarketAssignment.Strategy)
            {
                lost.Add(_state.FindTask(task.Id)!);
            }
        }

        return lost;
    }

    /// <summary>
    /// Keeps a snapshot in the store, so that the market opens without doing the entries before it again. Where the ledger keeps snapshots too, records behind both can be freed
    /// (<see cref="RecordStore.Free"/>). Commands wait while the state is taken, not while it is written.
    /// </summary>
    /// <exception cref="StoreException">The store failed, or the snapshot is too large.</exception>
    /// <exception cref="InvalidOperationException">The market has no store, or the calling thread is inside a group of it.</exception>
    public void WriteSnapshot()
    {
        if (_store is null || _store.IsInGroupOfThisThread)
        {
            throw new InvalidOperationException(_store is null ? "Expected a market with a store." : "A snapshot cannot be taken inside a group.");
        }

        MarketState state;
        StorePoint point;
        lock (_gate)
        {
            (state, point) = (_state, _store.Tip);
        }

        _store.WriteSnapshot(Stream, point, new MarketSnapshot(Ledger.Id, state).ToBytes());
    }

    private MarketCommand? Next(MarketTask task)
    {
        TaskRecord? record = task.LedgerTask == default ? null : Ledger.FindTask(task.LedgerTask);
        return task.State switch
        {
            MarketTaskState.Assigned or MarketTaskState.Answered or MarketTaskState.Provisional or MarketTaskState.Challenged when task.LedgerTask != default && record is null =>
                MarketCommand.ExpireForgotten(Ledger.Id, task.Id),
            MarketTaskState.Queued when Now >= task.Posting.Expiry => MarketCommand.Expire(Ledger.Id, task.Id),
            MarketTaskState.Assigned when record?.Claim is { } claim => MarketCommand.Answer(Ledger.Id, task.Id, claim),
            MarketTaskState.Assigned when record is not null => MarketCommand.Reassign(Ledger.Id, task.Id),
            MarketTaskState.Assigned when task.Provider != default && Now >= task.Due => FindConfirmation(task)
                ?? MarketCommand.Reassign(Ledger.Id, task.Id),
            MarketTaskState.Answered when record is { State: TaskState.Expired } or { Cause: SettlementCause.Silent } => MarketCommand.Reassign(Ledger.Id, task.Id),
            MarketTaskState.Answered or MarketTaskState.Provisional or MarketTaskState.Challenged when record is { Cause: SettlementCause.Convicted } => MarketCommand.Convict(Ledger.Id, task.Id),
            MarketTaskState.Answered => MarketCommand.Deliver(Ledger.Id, task.Id),
            MarketTaskState.Provisional when !task.IsDrawOpened && Now < task.Due => OpenDrawOf(task),
            MarketTaskState.Provisional => MarketCommand.Finish(Ledger.Id, task.Id),
            MarketTaskState.Challenged when !task.IsDrawOpened => OpenDrawOf(task),
            MarketTaskState.Challenged => MarketCommand.Acquit(Ledger.Id, task.Id),
            MarketTaskState.Reversed => MarketCommand.Requeue(Ledger.Id, task.Id),
            _ => null,
        };
    }

    // What was taken on the ledger and not confirmed here: named only where there is no doubt which it is.
    private MarketCommand? FindConfirmation(MarketTask task) =>
        task.State == MarketTaskState.Assigned && task.LedgerTask == default && task.Provider != default && LedgerFacts.FindAccepted(task, _state, Ledger) is [{ } accepted]
            ? MarketCommand.Confirm(Ledger.Id, task.Id, accepted.Task)
            : null;

    private MarketRefusal Append(MarketEntry entry)
    {
        (MarketRefusal refusal, ulong sequence) = Decide(entry);
        if (refusal != MarketRefusal.None)
        {
            // Rationale: a refusal stands on what the ledger shows too, and must not stand on an entry that a crash takes back. Whoever reads the ledger waits for that.
            _ = Ledger.Sequence;
            return refusal;
        }

        _store?.Commit(sequence);
        return MarketRefusal.None;
    }

    private (MarketRefusal Refusal, ulong Sequence) Decide(MarketEntry entry)
    {
        lock (_gate)
        {
            // Inside a group of the store the ledger is read without waiting for the disk, which would stop all others while the gate is held. What was read is kept before this entry, or both are lost.
            using RecordGroup group = _store is null ? default : _store.BeginGroup();
            entry = entry with { Time = Now };
            MarketRefusal refusal = LedgerFacts.Check(entry.Command, _state, Ledger, entry.Time);

            // The market's own rules say more, where both refuse: that something is done already, above all.
            MarketRefusal own = _state.Apply(entry.Command, entry.Time, out _);
            refusal = own != MarketRefusal.None ? own : refusal;
            if (refusal != MarketRefusal.None)
            {
                return (refusal, 0);
            }

            if (entry.Command.Act == MarketAct.Post)
            {
                NoteStakes(entry.Time);
            }

            ulong sequence = Keep(entry);
            group.Complete();
            return (refusal, sequence);
        }
    }

    // Rationale: recomputers are drawn from the stakes before the secret of their task can be known. Taken later, whoever bonds or unbonds in time has the draw fall where it wants.
    private void NoteStakes(long time)
    {
        ImmutableSortedDictionary<NodeId, Amount> stakes = Ledger.BondedStakes;
        if (!ReferenceEquals(stakes, _noted))
        {
            ImmutableArray<StakeChange> changes = MarketStakes.Compare(_state.Stakes, stakes);
            for (int at = 0; at < changes.Length; at += MarketCommand.MaxStakes)
            {
                MarketCommand note = MarketCommand.NoteStakes(Ledger.Id, changes.Slice(at, Math.Min(MarketCommand.MaxStakes, changes.Length - at)));
                _ = Keep(new MarketEntry(time, note, null, OpaqueBytes.Empty));
            }

            _noted = stakes;
        }
    }

    // What was found to be done, is done: first in the store, then here.
    private ulong Keep(MarketEntry entry)
    {
        MarketRefusal refusal = _state.Apply(entry.Command, entry.Time, out MarketState next);
        if (refusal != MarketRefusal.None)
        {
            throw new InvalidOperationException($"Expected {entry.Command.Act} to be done, got {refusal}.");
        }

        ulong sequence = _store?.Append(Stream, entry.ToBytes()) ?? 0;
        _state = next;
        return sequence;
    }

    private MarketCommand OpenDrawOf(MarketTask task) => MarketCommand.OpenDraw(Ledger.Id, task.Id, MarketDrawChain.Link(SeedOf(task.Id), task.Assignments));

    private Digest SeedOf(Digest task)
    {
        CanonicalWriter writer = new(stackalloc byte[128]);
        writer.WriteDomain(DrawDomain);
        writer.WriteDigest(task);
        Span<byte> secret = stackalloc byte[Digest.Size];
        HMACSHA256.HashData(_drawKey, writer.Written, secret);
        writer.Dispose();
        return new Digest(secret);
    }
}
