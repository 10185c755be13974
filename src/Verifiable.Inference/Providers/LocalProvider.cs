using System.Collections.Concurrent;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers;

/// <summary>
/// A provider in this process: takes tasks for the models that its engines run, accepts on the ledger, computes, posts its claim, delivers the output. Honest as
/// it is; the protected members are where a provider that cheats departs. Thread-safe.
/// </summary>
/// <remarks>It treats every message as hostile: what is not opened on the ledger as the envelope says, comes without the inputs, or is not for a model that it runs,
/// is refused with an empty reply. Once it has accepted it needs nothing more of the requester to claim. An offer that comes again while it is worked on is answered by the same
/// claim, for a second one would be equivocation. What it must reveal on demand outlives the process in <see cref="LocalProviderOptions.Claims"/>.</remarks>
public class LocalProvider : IProvider
{
    /// <summary>The stream of a store in which a provider keeps the claims that it posts: 5.</summary>
    public const byte Stream = 5;

    // The framework's timers take no more; a task of seven weeks may outlive it.
    private const long MaxTimerMilliseconds = uint.MaxValue - 1L;

    private readonly Dictionary<EngineDescription, IInferenceEngine> _engines;
    private readonly KeptClaims _claims;
    private readonly ConcurrentDictionary<Digest, TaskCompletionSource<ReadOnlyMemory<byte>>> _working = new();
    private readonly ConcurrentDictionary<Digest, (TraceCommitment Trace, CutNodes? Cuts)> _traces = new();

    /// <summary>Creates a provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger on which it accepts, posts and is paid.</param>
    /// <param name="engines">The models it runs, each with its profile.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    /// <remarks>Claims that it kept before a restart are posted where the ledger still takes them, and revealed where they are demanded: what derives from this class hears of it
    /// by <see cref="Reveal"/> before its own constructor has run.</remarks>
    /// <exception cref="StoreException">The store of <see cref="LocalProviderOptions.Claims"/> failed.</exception>
    public LocalProvider(ISigner signer, InferenceLedger ledger, IEnumerable<IInferenceEngine> engines, LocalProviderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(engines);
        Signer = signer;
        Ledger = ledger;
        Options = options ?? new LocalProviderOptions();
        _engines = engines.ToDictionary(static engine => engine.Description);
        _claims = new KeptClaims(Id, ledger.Id, Options.Claims, Options.Time);
        foreach (KeptClaim kept in _claims.All)
        {
            // A retry where it is posted, as it is but for a crash between the two.
            _ = ledger.Post(kept.Claim.Posting);
        }

        _ = ledger.Watch(Id, Reveal);
    }

    /// <inheritdoc/>
    public NodeId Id => Signer.PublicKey.Id;

    /// <summary>Gets the provider's key.</summary>
    protected ISigner Signer { get; }

    /// <summary>Gets the ledger.</summary>
    protected InferenceLedger Ledger { get; }

    /// <summary>Gets how the provider works.</summary>
    protected LocalProviderOptions Options { get; }

    /// <inheritdoc/>
    public virtual async ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        if (!Canonical.TryRead(message.Span, out TaskOffer? offer))
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        TaskEnvelope envelope = offer.Envelope.Body;
        TaskCompletionSource<ReadOnlyMemory<byte>> mine = new();
        if (!_working.TryGetValue(envelope.Digest, out TaskCompletionSource<ReadOnlyMemory<byte>>? working))
        {
            working = IsAcceptable(envelope, offer.Inputs) && IsRequesters(offer) ? _working.GetOrAdd(envelope.Digest, mine) : null;
        }

        if (working != mine)
        {
            // Rationale: the answer is for whoever has the requester's message. A network that repeats it, or a relay, may bring the copy first. Another provider of the same work has
            // the inputs, but not this envelope's signature.
            return working is not null && envelope.Work.Inputs.Opens(offer.Inputs) && IsRequesters(offer) ? await working.Task.ConfigureAwait(false) : ReadOnlyMemory<byte>.Empty;
        }

        ReadOnlyMemory<byte> reply = ReadOnlyMemory<byte>.Empty;
        try
        {
            reply = await TakeAsync(envelope, offer.Inputs).ConfigureAwait(false);
        }
        finally
        {
            _ = _working.TryRemove(envelope.Digest, out _);
            _ = mine.TrySetResult(reply);
        }

        return reply;
    }

    // The ledger remembers the signatures that it checked, and has opened this task on one: no second verification.
    private bool IsRequesters(TaskOffer offer) => offer.Envelope.IsValid(Ledger.Schemes);

    /// <summary>Tells why an offer is refused; <see cref="OfferRefusal.None"/> where it would be taken now. Nothing is accepted by it.</summary>
    /// <param name="envelope">The envelope, which may be anybody's work.</param>
    /// <param name="inputs">The inputs that came with it.</param>
    public OfferRefusal Examine(TaskEnvelope envelope, NamedTensors inputs)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(inputs);
        if (envelope.Provider != Id || envelope.Ledger != Ledger.Id)
        {
            return OfferRefusal.NotForThisProvider;
        }

        if (envelope.Reward < Options.LeastReward || envelope.StakeAtRisk.Units > (UInt128)envelope.Reward.Units * Options.MostStakePerReward)
        {
            return OfferRefusal.PriceRefused;
        }

        if (!LeavesTime(envelope))
        {
            return OfferRefusal.TimeRefused;
        }

        if (EngineFor(envelope.Work) is null)
        {
            return OfferRefusal.ModelUnknown;
        }

        // The task's id is the envelope's digest, and the ledger opened it on the requester's signature: what the ledger says binds all of the envelope.
        return Ledger.FindTask(envelope.Digest) is not { State: TaskState.Open } task || !task.Agrees(envelope) ? OfferRefusal.NotOpened
            : task.RevealTimeMilliseconds < Options.LeastRevealTime.TotalMilliseconds ? OfferRefusal.TimeRefused
            : task.ClaimBond != Amount.Zero && Options.Defender?.CanDefend(envelope) is not true ? OfferRefusal.NoDefender

            // What costs more than a look at the ledger comes after it: an envelope that nobody opened is free to make.
            : !IsFair(envelope) ? OfferRefusal.TermsRefused
            : !envelope.Work.Inputs.Opens(inputs) ? OfferRefusal.InputsDiffer
            : OfferRefusal.None;
    }

    /// <summary>Tells whether a task is worth taking, and as good as its envelope says.</summary>
    protected virtual bool IsAcceptable(TaskEnvelope envelope, NamedTensors inputs) => Examine(envelope, inputs) == OfferRefusal.None;

    /// <summary>Answers an accepted task: computes and claims. The inputs open the envelope's commitments.</summary>
    protected virtual async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        NamedTensors outputs;
        try
        {
            outputs = await ComputeAsync(envelope, inputs, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Inputs that do not fit the model, or only some of its graph nodes, are the requester's mistake, and every honest provider finds it: the answer is that there are no outputs. Silence
            // would cost the provider its stake.
            outputs = NamedTensors.Empty;
            _ = _traces.TryRemove(envelope.Digest, out _);
        }

        try
        {
            ReadOnlyMemory<byte> reply = await ClaimAsync(envelope, outputs, cancellationToken).ConfigureAwait(false);

            // Before the reply leaves: from then on the claim can be challenged.
            Defend(envelope, inputs);
            return reply;
        }
        finally
        {
            _ = _traces.TryRemove(envelope.Digest, out _);
        }
    }

    /// <summary>Computes the outputs of an accepted task. Where the engine is an <see cref="ITracingEngine"/>, the claims that <see cref="SignClaim"/> makes for the
    /// task name the trace of this computation.</summary>
    protected virtual async ValueTask<NamedTensors> ComputeAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        IInferenceEngine engine = EngineFor(envelope.Work)!;
        if (engine is not ITracingEngine tracing)
        {
            return await engine.RunAsync(inputs, envelope.Work.Options, cancellationToken).ConfigureAwait(false);
        }

        TracedOutputs traced = await tracing.RunTracedAsync(inputs, envelope.Work.Options, cancellationToken).ConfigureAwait(false);
        _traces[envelope.Digest] = (traced.Trace, traced.Cuts.IsDefault ? null : new CutNodes(traced.Trace.NodeCount, traced.Cuts));
        return traced.Outputs;
    }

    /// <summary>Claims computed outputs: signs, posts on the ledger, and makes the reply.</summary>
    protected virtual ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        SignedClaim claim = SignClaim(envelope, outputs);
        return ValueTask.FromResult(Post(envelope, claim) ? Reply(claim, outputs) : ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>Reveals a posted claim that the ledger demands.</summary>
    protected virtual void Reveal(Digest task)
    {
        if (_claims.Find(task) is { } kept)
        {
            _ = Ledger.Reveal(kept.Envelope, kept.Claim);
        }
    }

    /// <summary>Gets the engine for a work; <see langword="null"/> when the provider does not run the model under the profile.</summary>
    protected IInferenceEngine? EngineFor(WorkDescription work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return _engines.GetValueOrDefault(new EngineDescription(work.ModelId, work.Profile));
    }

    /// <summary>Accepts a task on the ledger.</summary>
    protected LedgerRefusal Accept(TaskEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return Ledger.Accept(Signer.Sign(new TaskAcceptance(envelope.Ledger, envelope.Digest, Id)));
    }

    /// <summary>Makes and signs the claim of outputs.</summary>
    protected SignedClaim SignClaim(TaskEnvelope envelope, NamedTensors outputs)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        InferenceClaim claim = InferenceClaim.For(envelope, CommittedTensors.Of(outputs), Options.Randomness.NextDigest());
        if (_traces.TryGetValue(envelope.Digest, out (TraceCommitment Trace, CutNodes? Cuts) traced))
        {
            claim = claim.WithTrace(traced.Trace);

            // Which graph nodes the leaves are of is part of the claim, or nobody could compare them.
            claim = traced.Cuts is { } cuts ? claim with { Evidence = claim.Evidence.Add(cuts.ToEvidence()) } : claim;
        }

        return SignedClaim.Sign(claim, Signer);
    }

    /// <summary>Posts a claim on the ledger and keeps it for a demand.</summary>
    /// <returns><see langword="false"/> when the ledger refuses it, or another claim of the task is kept, which stands or may: then nothing is posted.</returns>
    protected bool Post(TaskEnvelope envelope, SignedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(claim);
        KeptClaim kept = new(envelope, claim);
        if (!_claims.TryKeep(kept))
        {
            return false;
        }

        LedgerRefusal refusal = Ledger.Post(claim.Posting);
        if (refusal is not (LedgerRefusal.None or LedgerRefusal.StoreFailed))
        {
            // Where the store failed the claim may stand.
            _claims.Forget(kept);
        }

        return refusal == LedgerRefusal.None;
    }

    /// <summary>Has the posted claim of a bonded task defended, where there is somebody who does.</summary>
    protected void Defend(TaskEnvelope envelope, NamedTensors inputs)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (Options.Defender is { } defender && Ledger.FindTask(envelope.Digest) is { ClaimBond: var bond } && bond != Amount.Zero
            && _claims.Find(envelope.Digest) is { } posted && posted.Claim.Body.FindTrace() is { } trace)
        {
            defender.Defend(new DisputedClaim(envelope, posted.Claim, trace), inputs);
        }
    }

    /// <summary>Makes the reply to an offer.</summary>
    protected static ReadOnlyMemory<byte> Reply(SignedClaim claim, NamedTensors outputs) => new TaskAnswer(claim, outputs).ToBytes();

    /// <summary>Forgets all posted claims: for whoever knows that no demand for one of them can come any more.</summary>
    internal void ForgetClaims() => _claims.ForgetAll();

    private async ValueTask<ReadOnlyMemory<byte>> TakeAsync(TaskEnvelope envelope, NamedTensors inputs)
    {
        // Again, now that no other message of this task is worked on: one may have come to its end meanwhile, and the ledger takes an acceptance twice.
        if (Ledger.FindTask(envelope.Digest) is not { State: TaskState.Open } || Accept(envelope) != LedgerRefusal.None)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        // From here on the risk is this provider's own: the requester's cancellation must not make it silent. After the deadline there is nothing left to win.
        long left = envelope.Deadline - Options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(Math.Clamp(left, 0, MaxTimerMilliseconds)), Options.Time);
        return await AnswerAsync(envelope, inputs, deadline.Token).ConfigureAwait(false);
    }

    private bool LeavesTime(TaskEnvelope envelope)
    {
        long now = Options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return envelope.Deadline >= now + Options.LeastAnswerTime.TotalMilliseconds && envelope.OpeningDeadline <= now + Options.LongestLock.TotalMilliseconds;
    }

    private bool IsFair(TaskEnvelope envelope) => Ledger.FindJudge(envelope.Strategy) is { } judge
        && (Options.AcceptsTerms is { } acceptsTerms ? acceptsTerms(envelope.Strategy, envelope.Terms) : judge.IsFair(envelope, Ledger.StakeShares, Options.Cost, Options.CoalitionShare));
}
