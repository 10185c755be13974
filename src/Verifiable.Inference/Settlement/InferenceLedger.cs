using System.Collections.Frozen;
using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// A ledger: the rules of <see cref="LedgerState"/> with a clock, signatures, the chain of entries, and a store that keeps them. Thread-safe. Its id is the node id of its
/// operator, who is believed for deposits, withdrawals, bonds and collaterals; what requesters open, and providers accept and claim, stands on their signatures, and
/// settlements follow from evidence by the judge of the strategy.
/// </summary>
/// <remarks>
/// Nothing is answered or shown before the store has acknowledged what it stands on, and a head is signed only over entries that no crash can lose. The same signed command
/// again is answered as the first time, and done once. Where the store fails, commands are refused as <see cref="LedgerRefusal.StoreFailed"/> and reads throw
/// <see cref="StoreException"/>, until the ledger is opened again.
/// </remarks>
public sealed partial class InferenceLedger
{
    /// <summary>The largest age of an opening head when the first task of a request is opened, counted from the entry after it: 10 minutes.</summary>
    public const long MaxHeadAgeMilliseconds = 600_000;

    /// <summary>The stream of a store in which a ledger keeps its records: 1.</summary>
    public const byte Stream = 1;

    private const int RememberedSignatures = 1 << 16;

    private readonly FrozenDictionary<string, ISettlementJudge> _judges;
    private readonly LedgerWatchers _watchers = new();
    private readonly ISigner _operator;
    private readonly TimeProvider _time;
    private readonly LedgerKeeper _keeper;

    private volatile StakesSnapshot _stakes;
    private volatile Signed<LedgerHead>? _head;

    /// <summary>Creates an empty ledger in memory.</summary>
    /// <param name="operatorSigner">The operator's key, which signs heads.</param>
    /// <param name="schemes">The signature schemes to accept from providers.</param>
    /// <param name="time">The clock. Where it runs backwards the ledger's time stands still.</param>
    /// <param name="judges">The judges of the strategies under which requests are settled; none means that nothing can be settled.</param>
    /// <exception cref="ArgumentException">Two judges are of one strategy.</exception>
    public InferenceLedger(ISigner operatorSigner, SignatureSchemes schemes, TimeProvider time, params IEnumerable<ISettlementJudge> judges)
        : this(NewStore(operatorSigner), operatorSigner, schemes, time, judges)
    {
    }

    /// <summary>Creates an empty ledger over an empty store.</summary>
    internal InferenceLedger(RecordStore store, ISigner operatorSigner, SignatureSchemes schemes, TimeProvider time, IEnumerable<ISettlementJudge> judges)
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
        _keeper = new LedgerKeeper(Id, store);
        _stakes = new StakesSnapshot(LedgerState.Empty.Stakes);
    }

    /// <summary>Gets the ledger's id: the node id of its operator.</summary>
    public NodeId Id { get; }

    /// <summary>Gets the signature schemes that the ledger accepts.</summary>
    public SignatureSchemes Schemes { get; }

    /// <summary>Gets the store that keeps the ledger. Other state machines may keep records of other streams in it, and be as durable as the ledger, together with it.</summary>
    public RecordStore Store => _keeper.Store;

    /// <summary>Opens the ledger that a store keeps, or a new one where it keeps none.</summary>
    /// <param name="store">The store, of the ledger's identity. It stays the caller's to dispose, after the last use of the ledger.</param>
    /// <param name="operatorSigner">The operator's key, which signs heads.</param>
    /// <param name="schemes">The signature schemes to accept from providers.</param>
    /// <param name="time">The clock. Where it is before the last entry the ledger's time stands still.</param>
    /// <param name="options">What the store must hold; <see langword="null"/> for the defaults.</param>
    /// <param name="judges">The judges of the strategies under which requests are settled.</param>
    /// <exception cref="ArgumentException">Two judges are of one strategy, or the store's records are too small for a ledger.</exception>
    /// <exception cref="StoreException">The store failed.</exception>
    public static LedgerOpening Open(
        RecordStore store, ISigner operatorSigner, SignatureSchemes schemes, TimeProvider time, LedgerOptions? options = null, params IEnumerable<ISettlementJudge> judges)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (store.MaxRecordBytes < LedgerRecord.MaxBytes)
        {
            throw new ArgumentException($"Expected a store that takes records of {LedgerRecord.MaxBytes} bytes, got one of {store.MaxRecordBytes}.", nameof(store));
        }

        InferenceLedger ledger = new(store, operatorSigner, schemes, time, judges);
        lock (store.Gate)
        {
            LedgerOpening opening = LedgerRestart.Run(ledger._keeper, options ?? new LedgerOptions(), schemes, ledger.Id);
            return opening.Refusal == LedgerOpeningRefusal.None ? opening with { Ledger = ledger } : opening;
        }
    }

    /// <summary>
    /// Does a command that stands on no signature; others are refused as <see cref="LedgerRefusal.UnsignedCommand"/>. Under an id, by <see cref="Once"/>, a payment can be sent
    /// again without being done twice.
    /// </summary>
    public LedgerRefusal Apply(LedgerCommand command) => IsSignedOnly(command) ? LedgerRefusal.UnsignedCommand : Finish(Append(command, null, null), durable: false);

    /// <summary>Takes a provider's signed word that it takes a task.</summary>
    public LedgerRefusal Accept(Signed<TaskAcceptance> acceptance) => Finish(Begin(acceptance), durable: false);

    /// <summary>Takes a provider's signed commitment to its claim.</summary>
    public LedgerRefusal Post(Signed<ClaimCommitment> claim) => Finish(Begin(claim), durable: false);

    /// <summary>Opens the task of an envelope that the requester signed.</summary>
    public LedgerRefusal Open(SignedEnvelope envelope) => Finish(Begin(envelope), durable: false);

    /// <summary>Opens the tasks of several envelopes, one after the other, and waits for the store once. A signature that they share is verified once.</summary>
    /// <returns>Each task's refusal, in the same order; where the store fails, <see cref="LedgerRefusal.StoreFailed"/> for all.</returns>
    public ImmutableArray<LedgerRefusal> Open(IReadOnlyList<SignedEnvelope> envelopes)
    {
        ArgumentNullException.ThrowIfNull(envelopes);
        Answer[] answers = [.. envelopes.Select(Begin)];
        bool isKept = _keeper.TryAwait(answers.Max(static answer => (ulong?)answer.Record) ?? 0, durable: false);
        return [.. answers.Select(answer => isKept ? answer.Refusal : LedgerRefusal.StoreFailed)];
    }

    /// <summary>Does what <see cref="Apply"/> does, and waits for the store without a thread.</summary>
    public ValueTask<LedgerRefusal> ApplyAsync(LedgerCommand command) =>
        IsSignedOnly(command) ? ValueTask.FromResult(LedgerRefusal.UnsignedCommand) : FinishAsync(Append(command, null, null));

    /// <summary>Does what <see cref="Accept"/> does, and waits for the store without a thread.</summary>
    public ValueTask<LedgerRefusal> AcceptAsync(Signed<TaskAcceptance> acceptance) => FinishAsync(Begin(acceptance));

    /// <summary>Does what <see cref="Post"/> does, and waits for the store without a thread.</summary>
    public ValueTask<LedgerRefusal> PostAsync(Signed<ClaimCommitment> claim) => FinishAsync(Begin(claim));

    /// <summary>Does what <see cref="Open(SignedEnvelope)"/> does, and waits for the store without a thread.</summary>
    public ValueTask<LedgerRefusal> OpenAsync(SignedEnvelope envelope) => FinishAsync(Begin(envelope));

    /// <summary>Takes the body of a demanded claim, with the envelope that it answers.</summary>
    public LedgerRefusal Reveal(TaskEnvelope envelope, SignedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(claim);
        InferenceClaim body = claim.Body;
        LedgerRefusal refusal = body.Answers(envelope) ? Check(claim.Posting, body.Ledger, body.Provider) : LedgerRefusal.ClaimMismatch;
        return refusal != LedgerRefusal.None
            ? refusal
            : Finish(
                Append(new RevealClaim(body.Task, body.Provider, body.Digest), new CommandAuthorization(claim.Posting.Signer, claim.Posting.Signature), claim), durable: false);
    }

    /// <summary>Takes back a task that nobody accepted, on the requester's signed word.</summary>
    public LedgerRefusal Cancel(Signed<TaskCancellation> cancellation)
    {
        ArgumentNullException.ThrowIfNull(cancellation);
        LedgerRefusal refusal = CheckRequester(cancellation, cancellation.Body.Ledger, cancellation.Body.Requester, cancellation.Body.Task);
        return refusal != LedgerRefusal.None ? refusal : Finish(Append(new CancelTask(cancellation.Body.Task), null, null), durable: false);
    }

    /// <summary>Demands a claim that was posted and not delivered, on the requester's signed word, and tells the provider if it watches.</summary>
    public LedgerRefusal Demand(Signed<ClaimDemand> demand)
    {
        ArgumentNullException.ThrowIfNull(demand);
        Digest task = demand.Body.Task;
        LedgerRefusal refusal = CheckRequester(demand, demand.Body.Ledger, demand.Body.Requester, task);
        if (refusal != LedgerRefusal.None)
        {
            return refusal;
        }

        Answer answer = Append(new DemandClaim(task), null, null);
        refusal = Finish(answer, durable: false);
        if (refusal == LedgerRefusal.None && !answer.IsRetry && FindTask(task) is { } demanded)
        {
            _watchers.Tell(demanded.Provider, task);
        }

        return refusal;
    }

    /// <summary>Has a provider told of every demand for a claim of its own, and at once of those that it has not answered. A provider that does not watch looks at the ledger itself, or is
    /// silent.</summary>
    /// <param name="provider">The provider. All who watch for it are told.</param>
    /// <param name="onDemand">Is called with the task, on the thread of whoever demands. What it throws is dropped.</param>
    /// <returns>What ends the watch when it is disposed.</returns>
    public IDisposable Watch(NodeId provider, Action<Digest> onDemand)
    {
        ArgumentNullException.ThrowIfNull(onDemand);
        IDisposable watch = _watchers.Add(provider, onDemand);
        foreach (TaskRecord task in State.Tasks.Values)
        {
            if (task.Provider == provider && task.IsUnrevealed)
            {
                LedgerWatchers.Tell(onDemand, task.Task);
            }
        }

        return watch;
    }

    /// <summary>Finds the judge of a strategy; <see langword="null"/> where requests under it cannot be settled here.</summary>
    public ISettlementJudge? FindJudge(string strategy) => _judges.GetValueOrDefault(strategy);

    /// <summary>
    /// Settles a request by its evidence: the judge of its strategy says what follows, nobody else does. Signs the head right after, so that a receipt can show the
    /// settlement as the head's last entry. No crash can lose a settlement that was answered.
    /// </summary>
    /// <exception cref="InvalidOperationException">The calling thread is inside a group of the store.</exception>
    public SettlementResult Settle(ReceiptCase evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (Store.IsInGroupOfThisThread)
        {
            throw new InvalidOperationException("A settlement signs a head, which must not stand on a group that has not ended.");
        }

        if (evidence.Request.Ledger != Id || evidence.OpeningHead.Ledger != Id || evidence.OpeningHead.Sequence > Sequence)
        {
            return new SettlementResult(LedgerRefusal.EvidenceOfAnotherLedger, default, null);
        }

        if (!_judges.TryGetValue(evidence.Request.Strategy, out ISettlementJudge? judge) || judge.Judge(evidence, Schemes) is not { } settlement)
        {
            return new SettlementResult(LedgerRefusal.EvidenceRefused, default, null);
        }

        ulong record;
        SettlementResult result;
        lock (Store.Gate)
        {
            result = SettleUnderGate(evidence, settlement with { Evidence = evidence.BodyDigest });
            record = _keeper.LastRecord;
        }

        return _keeper.TryAwait(record, durable: result.Refusal == LedgerRefusal.None) ? result : new SettlementResult(LedgerRefusal.StoreFailed, default, null);
    }

    /// <summary>Does a command of the ledger's court.</summary>
    internal LedgerRefusal ApplyForCourt(LedgerCommand command) => Finish(Append(command, null, null), durable: false);

    // Internal for the tests of the chain, which need entries without envelopes and evidence.
    internal LedgerRefusal Append(LedgerCommand command, CommandAuthorization? authorization) => Finish(Append(command, authorization, null), durable: false);

    private static bool IsSignedOnly(LedgerCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.NeedsAuthorization || command.IsOfCourt || command is OpenTask or CancelTask or DemandClaim or Settlement.Settle;
    }

    private static MemoryRecordStore NewStore(ISigner operatorSigner)
    {
        ArgumentNullException.ThrowIfNull(operatorSigner);
        return new MemoryRecordStore(operatorSigner.PublicKey.Id.Value);
    }

    private Answer Begin(Signed<TaskAcceptance> acceptance)
    {
        ArgumentNullException.ThrowIfNull(acceptance);
        TaskAcceptance body = acceptance.Body;
        LedgerRefusal refusal = Check(acceptance, body.Ledger, body.Provider);
        return refusal != LedgerRefusal.None
            ? new Answer(refusal, 0)
            : Append(new AcceptTask(body.Task, body.Provider), new CommandAuthorization(acceptance.Signer, acceptance.Signature), null);
    }

    private Answer Begin(Signed<ClaimCommitment> claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ClaimCommitment body = claim.Body;
        LedgerRefusal refusal = Check(claim, body.Ledger, body.Provider);
        return refusal != LedgerRefusal.None
            ? new Answer(refusal, 0)
            : Append(new PostClaim(body.Task, body.Provider, body.Claim), new CommandAuthorization(claim.Signer, claim.Signature), null);
    }

    private Answer Begin(SignedEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        LedgerRefusal refusal = envelope.Body.Ledger != Id ? LedgerRefusal.WrongLedger : envelope.IsValid(Schemes) ? LedgerRefusal.None : LedgerRefusal.InvalidSignature;
        return refusal != LedgerRefusal.None ? new Answer(refusal, 0) : Append(OpenTask.For(envelope.Body, FindJudge(envelope.Body.Strategy)?.FindClaimBond(envelope.Body) ?? Amount.Zero), null, null);
    }

    private Answer Append(LedgerCommand command, CommandAuthorization? authorization, SignedClaim? revealed)
    {
        lock (Store.Gate)
        {
            LedgerRefusal refusal = _keeper.Append(command, authorization, _time.GetUtcNow().ToUnixTimeMilliseconds(), revealed);
            bool isRetry = refusal != LedgerRefusal.None && LedgerRetries.IsRetry(_keeper, command, refusal);
            return new Answer(isRetry ? LedgerRefusal.None : refusal, _keeper.LastRecord) { IsRetry = isRetry };
        }
    }

    // A refusal is an answer too: it may stand on entries that are not acknowledged yet.
    private LedgerRefusal Finish(Answer answer, bool durable) => _keeper.TryAwait(answer.Record, durable) ? answer.Refusal : LedgerRefusal.StoreFailed;

    private async ValueTask<LedgerRefusal> FinishAsync(Answer answer) =>
        await _keeper.TryAwaitAsync(answer.Record).ConfigureAwait(false) ? answer.Refusal : LedgerRefusal.StoreFailed;

    private SettlementResult SettleUnderGate(ReceiptCase evidence, Settle settlement)
    {
        Digest task = settlement.Tasks.IsEmpty ? default : settlement.Tasks[0].Task;
        TaskPapers? papers = _keeper.FindPapers(task);
        if (papers?.Head is not null && papers.Evidence == settlement.Evidence)
        {
            return new SettlementResult(LedgerRefusal.None, papers.HashBefore, papers.Head);
        }

        // Rationale: by a head of its choice among old ones a requester could draw from stakes that are gone. A head ages from the entry that follows it.
        if (papers is null || evidence.OpeningHead.Time > _keeper.FindTask(task)!.OpenedAt || evidence.OpeningHead.Sequence < papers.FreshFrom)
        {
            return new SettlementResult(LedgerRefusal.EvidenceStale, default, null);
        }

        Digest before = _keeper.Hash;
        Signed<LedgerHead>? head = null;
        LedgerRefusal refusal = _keeper.Append(settlement, null, _time.GetUtcNow().ToUnixTimeMilliseconds(), sign: (body, stakes) => head = SignNew(body with { StakesRoot = GetStakes(stakes).Root }));
        return refusal == LedgerRefusal.None ? new SettlementResult(refusal, before, head) : new SettlementResult(refusal, default, null);
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

    private LedgerRefusal Check<TBody>(Signed<TBody> signed, NodeId ledger, NodeId provider)
        where TBody : ICanonical<TBody>
    {
        if (ledger != Id)
        {
            return LedgerRefusal.WrongLedger;
        }

        return signed.IsValidFrom(provider, Schemes) ? LedgerRefusal.None : LedgerRefusal.InvalidSignature;
    }

    private readonly record struct Answer(LedgerRefusal Refusal, ulong Record)
    {
        public bool IsRetry { get; init; }
    }
}
