using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// A ledger in memory: <see cref="LedgerState"/> with a clock, a lock, signatures and the chain of entries. Thread-safe. Its id is the node id of its operator,
/// who is believed for deposits, withdrawals and bonds; what requesters open, and providers accept and claim, stands on their signatures, and settlements follow
/// from evidence by the judge of the strategy.
/// </summary>
public sealed class InferenceLedger
{
    /// <summary>The largest age of an opening head when the first task of a request is opened, counted from the entry after it: 10 minutes.</summary>
    public const long MaxHeadAgeMilliseconds = 600_000;

    private const int RememberedSignatures = 1 << 16;

    private readonly Lock _lock = new();
    private readonly FrozenDictionary<string, ISettlementJudge> _judges;
    private readonly ConcurrentDictionary<Digest, Signed<TaskAcceptance>> _acceptances = new();
    private readonly ConcurrentDictionary<NodeId, Action<Digest>> _watchers = new();
    private readonly ISigner _operator;
    private readonly TimeProvider _time;
    private readonly List<LedgerEntry> _entries = [];
    private readonly ConcurrentDictionary<Digest, Signed<ClaimCommitment>> _postings = new();
    private readonly ConcurrentDictionary<Digest, SignedClaim> _revealed = new();

    private volatile Snapshot _current;
    private volatile StakesSnapshot _stakes;
    private volatile Signed<LedgerHead>? _head;

    /// <summary>Creates an empty ledger.</summary>
    /// <param name="operatorSigner">The operator's key, which signs heads.</param>
    /// <param name="schemes">The signature schemes to accept from providers.</param>
    /// <param name="time">The clock. Where it runs backwards the ledger's time stands still.</param>
    /// <param name="judges">The judges of the strategies under which requests are settled; none means that nothing can be settled.</param>
    /// <exception cref="ArgumentException">Two judges are of one strategy.</exception>
    public InferenceLedger(ISigner operatorSigner, SignatureSchemes schemes, TimeProvider time, params IEnumerable<ISettlementJudge> judges)
    {
        ArgumentNullException.ThrowIfNull(judges);
        ArgumentNullException.ThrowIfNull(operatorSigner);
        ArgumentNullException.ThrowIfNull(schemes);
        ArgumentNullException.ThrowIfNull(time);
        _operator = operatorSigner;
        // A settlement's evidence repeats signatures that the ledger has verified before.
        Schemes = schemes.Remembering(RememberedSignatures);
        _judges = judges.ToFrozenDictionary(static judge => judge.Strategy, StringComparer.Ordinal);
        _time = time;
        Id = operatorSigner.PublicKey.Id;
        _current = new Snapshot(LedgerState.Empty, 0, LedgerChain.Genesis(Id));
        _stakes = new StakesSnapshot(LedgerState.Empty.Stakes);
    }

    /// <summary>Gets the ledger's id: the node id of its operator.</summary>
    public NodeId Id { get; }

    /// <summary>Gets the signature schemes that the ledger accepts.</summary>
    public SignatureSchemes Schemes { get; }

    /// <summary>Gets the state after the last entry.</summary>
    public LedgerState State => _current.State;

    /// <summary>Gets the number of entries.</summary>
    public ulong Sequence => _current.Sequence;

    /// <summary>Gets the tree of all bonded stakes, by which providers are drawn. Built anew only after stakes changed.</summary>
    public WeightTree Stakes => GetStakes(_current.State);

    /// <summary>Gets the root of <see cref="Stakes"/>.</summary>
    public Digest StakesRoot => Stakes.Root;

    /// <summary>Gets a task, or <see langword="null"/> when there is none with this id.</summary>
    public TaskRecord? FindTask(Digest task) => State.FindTask(task);

    /// <summary>Does a command that stands on no signature; others are refused as <see cref="LedgerRefusal.UnsignedCommand"/>.</summary>
    public LedgerRefusal Apply(LedgerCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.NeedsAuthorization || command is OpenTask or CancelTask or DemandClaim or Settlement.Settle ? LedgerRefusal.UnsignedCommand : Append(command, null);
    }

    /// <summary>Takes a provider's signed word that it takes a task.</summary>
    public LedgerRefusal Accept(Signed<TaskAcceptance> acceptance)
    {
        ArgumentNullException.ThrowIfNull(acceptance);
        TaskAcceptance body = acceptance.Body;
        LedgerRefusal refusal = Check(acceptance, body.Ledger, body.Provider);
        return refusal != LedgerRefusal.None
            ? refusal
            : AppendAndKeep(new AcceptTask(body.Task, body.Provider), acceptance.Signer, acceptance.Signature, _acceptances, body.Task, acceptance);
    }

    /// <summary>Takes a provider's signed commitment to its claim.</summary>
    public LedgerRefusal Post(Signed<ClaimCommitment> claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ClaimCommitment body = claim.Body;
        LedgerRefusal refusal = Check(claim, body.Ledger, body.Provider);
        return refusal != LedgerRefusal.None
            ? refusal
            : AppendAndKeep(new PostClaim(body.Task, body.Provider, body.Claim), claim.Signer, claim.Signature, _postings, body.Task, claim);
    }

    /// <summary>Takes the body of a demanded claim, with the envelope that it answers.</summary>
    public LedgerRefusal Reveal(TaskEnvelope envelope, SignedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(claim);
        InferenceClaim body = claim.Body;
        LedgerRefusal refusal = body.Answers(envelope) ? Check(claim.Posting, body.Ledger, body.Provider) : LedgerRefusal.ClaimMismatch;
        return refusal != LedgerRefusal.None
            ? refusal
            : AppendAndKeep(
                new RevealClaim(body.Task, body.Provider, body.Digest), claim.Posting.Signer, claim.Posting.Signature, _revealed, body.Task, claim);
    }

    /// <summary>Opens the task of an envelope that the requester signed.</summary>
    public LedgerRefusal Open(Signed<TaskEnvelope> envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        LedgerRefusal refusal = Check(envelope, envelope.Body.Ledger, envelope.Body.Requester);
        return refusal != LedgerRefusal.None ? refusal : Append(OpenTask.For(envelope.Body), null);
    }

    /// <summary>Takes back a task that nobody accepted, on the requester's signed word.</summary>
    public LedgerRefusal Cancel(Signed<TaskCancellation> cancellation)
    {
        ArgumentNullException.ThrowIfNull(cancellation);
        LedgerRefusal refusal = CheckRequester(cancellation, cancellation.Body.Ledger, cancellation.Body.Requester, cancellation.Body.Task);
        return refusal != LedgerRefusal.None ? refusal : Append(new CancelTask(cancellation.Body.Task), null);
    }

    /// <summary>Demands a claim that was posted and not delivered, on the requester's signed word, and tells the provider if it watches.</summary>
    public LedgerRefusal Demand(Signed<ClaimDemand> demand)
    {
        ArgumentNullException.ThrowIfNull(demand);
        Digest task = demand.Body.Task;
        LedgerRefusal refusal = CheckRequester(demand, demand.Body.Ledger, demand.Body.Requester, task);
        refusal = refusal != LedgerRefusal.None ? refusal : Append(new DemandClaim(task), null);
        if (refusal == LedgerRefusal.None && FindTask(task) is { } demanded && _watchers.TryGetValue(demanded.Provider, out Action<Digest>? watcher))
        {
            try
            {
                watcher(task);
            }
            catch (Exception)
            {
                // The provider's own code: its fault is its own, as silence, and must not become the requester's.
            }
        }

        return refusal;
    }

    /// <summary>Has a provider told of every demand for a claim of its own. A provider that does not watch looks at the ledger itself, or is silent.</summary>
    /// <param name="provider">The provider; the last watcher counts.</param>
    /// <param name="onDemand">Is called with the task, on the thread of whoever demands. It must not throw.</param>
    public void Watch(NodeId provider, Action<Digest> onDemand)
    {
        ArgumentNullException.ThrowIfNull(onDemand);
        _watchers[provider] = onDemand;
    }

    /// <summary>Finds the judge of a strategy; <see langword="null"/> where requests under it cannot be settled here.</summary>
    public ISettlementJudge? FindJudge(string strategy) => _judges.GetValueOrDefault(strategy);

    /// <summary>
    /// Settles a request by its evidence: the judge of its strategy says what follows, nobody else does. Signs the head right after, so that a receipt can show the
    /// settlement as the head's last entry.
    /// </summary>
    public SettlementResult Settle(ReceiptCase evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (evidence.Request.Ledger != Id || evidence.OpeningHead.Ledger != Id || evidence.OpeningHead.Sequence > Sequence)
        {
            return new SettlementResult(LedgerRefusal.EvidenceOfAnotherLedger, default, null);
        }

        if (!_judges.TryGetValue(evidence.Request.Strategy, out ISettlementJudge? judge) || judge.Judge(evidence, Schemes) is not { } settlement)
        {
            return new SettlementResult(LedgerRefusal.EvidenceRefused, default, null);
        }

        if (settlement.Tasks.IsEmpty || FindTask(settlement.Tasks[0].Task) is not { } first || IsStale(evidence.OpeningHead, first.OpenedAt))
        {
            return new SettlementResult(LedgerRefusal.EvidenceStale, default, null);
        }

        lock (_lock)
        {
            Digest before = _current.Hash;
            LedgerRefusal refusal = Append(settlement with { Evidence = evidence.BodyDigest }, null);
            return refusal == LedgerRefusal.None ? new SettlementResult(refusal, before, SignHead()) : new SettlementResult(refusal, default, null);
        }
    }

    /// <summary>Signs where the ledger stands, and gives the stakes that the head's root stands for.</summary>
    public (Signed<LedgerHead> Head, WeightTree Stakes) SignHeadWithStakes()
    {
        Snapshot current = _current;
        return (Sign(current), GetStakes(current.State));
    }

    /// <summary>Gets the balance of an account; nothing for a node that the ledger never met.</summary>
    public Amount BalanceOf(NodeId node) => State.Accounts.GetValueOrDefault(node).Balance;

    /// <summary>Gets the signed acceptance of a task, or <see langword="null"/> when there is none.</summary>
    public Signed<TaskAcceptance>? FindAcceptance(Digest task) => _acceptances.GetValueOrDefault(task);

    /// <summary>Gets the signed commitment that was posted for a task, or <see langword="null"/> when there is none.</summary>
    public Signed<ClaimCommitment>? FindPosting(Digest task) => _postings.GetValueOrDefault(task);

    /// <summary>Gets the claim that was revealed for a task, or <see langword="null"/> when there is none.</summary>
    public SignedClaim? FindRevealed(Digest task) => _revealed.GetValueOrDefault(task);

    /// <summary>Signs where the ledger stands.</summary>
    public Signed<LedgerHead> SignHead() => Sign(_current);

    /// <summary>Gets a copy of the entries after a number.</summary>
    /// <param name="after">The number of the last entry that is not wanted; 0 for all entries.</param>
    public ImmutableArray<LedgerEntry> ReadEntries(ulong after = 0)
    {
        lock (_lock)
        {
            int first = (int)Math.Min(after, (ulong)_entries.Count);
            return [.. _entries[first..]];
        }
    }

    // Rationale: by a head of its choice among old ones a requester could draw from stakes that are gone. A head ages from the entry that follows it.
    private bool IsStale(LedgerHead head, long openedAt)
    {
        lock (_lock)
        {
            return head.Time > openedAt
                || (head.Sequence < (ulong)_entries.Count && openedAt - _entries[(int)head.Sequence].Time > MaxHeadAgeMilliseconds);
        }
    }

    private LedgerRefusal CheckRequester<TBody>(Signed<TBody> signed, NodeId ledger, NodeId requester, Digest task)
        where TBody : ICanonical<TBody>
    {
        LedgerRefusal refusal = Check(signed, ledger, requester);
        return refusal != LedgerRefusal.None ? refusal
            : FindTask(task) is not { } found ? LedgerRefusal.TaskUnknown
            : found.Requester != requester ? LedgerRefusal.RequesterMismatch
            : LedgerRefusal.None;
    }

    // Signed once for each state: the opening head of a request is often the closing head of the one before.
    private Signed<LedgerHead> Sign(Snapshot current)
    {
        Signed<LedgerHead>? head = _head;
        if (head is null || head.Body.Sequence != current.Sequence)
        {
            head = _operator.Sign(new LedgerHead(Id, current.Sequence, current.Hash, GetStakes(current.State).Root, current.State.Time));
            Schemes.Remember(head.Signer, head.Body.ToBytes(), head.Signature.Span);
            _head = head;
        }

        return head;
    }

    private LedgerRefusal Check<TBody>(Signed<TBody> signed, NodeId ledger, NodeId provider)
        where TBody : ICanonical<TBody>
    {
        if (ledger != Id)
        {
            return LedgerRefusal.WrongLedger;
        }

        return signed.IsValidFrom(provider, Schemes) ? LedgerRefusal.None : LedgerRefusal.InvalidSignature;
    }

    // Under the lock: whoever sees the task's new state finds what it stands on.
    private LedgerRefusal AppendAndKeep<T>(
        LedgerCommand command, PublicKey signer, OpaqueBytes signature, ConcurrentDictionary<Digest, T> kept, Digest task, T value)
    {
        lock (_lock)
        {
            LedgerRefusal refusal = Append(command, new CommandAuthorization(signer, signature));
            if (refusal == LedgerRefusal.None)
            {
                kept[task] = value;
            }

            return refusal;
        }
    }

    // Internal for the tests of the chain, which need entries without envelopes and evidence.
    internal LedgerRefusal Append(LedgerCommand command, CommandAuthorization? authorization)
    {
        lock (_lock)
        {
            Snapshot current = _current;
            long now = Math.Max(_time.GetUtcNow().ToUnixTimeMilliseconds(), current.State.Time);
            LedgerRefusal refusal = current.State.Apply(command, now, out LedgerState next);
            if (refusal == LedgerRefusal.None)
            {
                ulong sequence = current.Sequence + 1;
                Digest hash = LedgerChain.Next(current.Hash, sequence, now, command);
                _entries.Add(new LedgerEntry(sequence, now, command, authorization, hash));
                _current = new Snapshot(next, sequence, hash);
            }

            return refusal;
        }
    }

    private WeightTree GetStakes(LedgerState state)
    {
        StakesSnapshot snapshot = _stakes;
        if (!ReferenceEquals(snapshot.Stakes, state.Stakes))
        {
            // Two threads may both build it: the trees are equal, and either is kept.
            snapshot = new StakesSnapshot(state.Stakes);
            _stakes = snapshot;
        }

        return snapshot.Tree;
    }

    private sealed record Snapshot(LedgerState State, ulong Sequence, Digest Hash);

    private sealed class StakesSnapshot(ImmutableSortedDictionary<NodeId, Amount> stakes)
    {
        public ImmutableSortedDictionary<NodeId, Amount> Stakes { get; } = stakes;

        public WeightTree Tree { get; } = StakeTree.Build(stakes);
    }
}
