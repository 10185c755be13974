using System.Collections.Concurrent;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers;

/// <summary>
/// A provider in this process: takes tasks for the models that its engines run, computes, posts its claim on the ledger, delivers the output. Honest as it is;
/// the protected members are where a provider that cheats departs. Thread-safe.
/// </summary>
/// <remarks>It treats every message as hostile: an envelope that is not signed by its requester, not opened on the ledger as it says, or not for a model that it
/// runs is refused with an empty reply.</remarks>
public class LocalProvider : IProvider
{
    private readonly Dictionary<EngineDescription, IInferenceEngine> _engines;
    private readonly ConcurrentDictionary<Digest, TaskEnvelope> _accepted = new();
    private readonly ConcurrentDictionary<Digest, (TaskEnvelope Envelope, SignedClaim Claim)> _claims = new();

    /// <summary>Creates a provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger on which it accepts, posts and is paid.</param>
    /// <param name="engines">The models it runs, each with its profile.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public LocalProvider(ISigner signer, InferenceLedger ledger, IEnumerable<IInferenceEngine> engines, LocalProviderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(engines);
        Signer = signer;
        Ledger = ledger;
        Options = options ?? new LocalProviderOptions();
        _engines = engines.ToDictionary(static engine => engine.Description);
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
    public async ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        if (Canonical.TryRead(message.Span, out Signed<TaskEnvelope>? offer))
        {
            return Accept(offer);
        }

        if (Canonical.TryRead(message.Span, out WorkOrder? order))
        {
            return _accepted.TryRemove(order.Task, out TaskEnvelope? envelope) && envelope.Work.Inputs.Opens(order.Inputs)
                ? await AnswerAsync(envelope, order.Inputs, cancellationToken).ConfigureAwait(false)
                : ReadOnlyMemory<byte>.Empty;
        }

        if (Canonical.TryRead(message.Span, out ClaimDemand? demand) && _claims.TryGetValue(demand.Task, out (TaskEnvelope Envelope, SignedClaim Claim) posted))
        {
            _ = Ledger.Reveal(posted.Envelope, posted.Claim);
        }

        return ReadOnlyMemory<byte>.Empty;
    }

    /// <summary>Computes the outputs of an accepted task.</summary>
    protected virtual ValueTask<NamedTensors> ComputeAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return EngineFor(envelope.Work)!.RunAsync(inputs, envelope.Work.Options, cancellationToken);
    }

    /// <summary>Claims computed outputs: signs, posts on the ledger, and makes the reply.</summary>
    protected virtual ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        SignedClaim claim = SignClaim(envelope, outputs);
        return ValueTask.FromResult(Post(envelope, claim) ? Reply(claim, outputs) : ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>Gets the engine for a work; <see langword="null"/> when the provider does not run the model under the profile.</summary>
    protected IInferenceEngine? EngineFor(WorkDescription work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return _engines.GetValueOrDefault(new EngineDescription(work.ModelId, work.Profile));
    }

    /// <summary>Makes and signs the claim of outputs.</summary>
    protected SignedClaim SignClaim(TaskEnvelope envelope, NamedTensors outputs) =>
        SignedClaim.Sign(InferenceClaim.For(envelope, CommittedTensors.Of(outputs), Options.Randomness.NextDigest()), Signer);

    /// <summary>Posts a claim on the ledger and keeps it for a demand.</summary>
    /// <returns><see langword="false"/> when the ledger refuses it.</returns>
    protected bool Post(TaskEnvelope envelope, SignedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        bool posted = Ledger.Post(claim.Posting) == LedgerRefusal.None;
        if (posted)
        {
            _claims[claim.Body.Task] = (envelope, claim);
        }

        return posted;
    }

    /// <summary>Makes the reply to a work order.</summary>
    protected static ReadOnlyMemory<byte> Reply(SignedClaim claim, NamedTensors outputs) => new TaskAnswer(claim, outputs).ToBytes();

    private async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        NamedTensors outputs = await ComputeAsync(envelope, inputs, cancellationToken).ConfigureAwait(false);
        return await ClaimAsync(envelope, outputs, cancellationToken).ConfigureAwait(false);
    }

    private ReadOnlyMemory<byte> Accept(Signed<TaskEnvelope> offer)
    {
        TaskEnvelope envelope = offer.Body;
        bool acceptable = envelope.Provider == Id
            && envelope.Ledger == Ledger.Id
            && envelope.Reward >= Options.LeastReward
            && EngineFor(envelope.Work) is not null
            && offer.IsValidFrom(envelope.Requester, Ledger.Schemes)
            && IsOpened(envelope);
        if (!acceptable)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        _accepted[envelope.Digest] = envelope;
        return Signer.Sign(new TaskAcceptance(envelope.Ledger, envelope.Digest, Id)).ToBytes();
    }

    // The money must be there, on the terms that the envelope states.
    private bool IsOpened(TaskEnvelope envelope) => Ledger.FindTask(envelope.Digest) is { } task
        && task.Requester == envelope.Requester
        && task.Provider == envelope.Provider
        && task.Reward == envelope.Reward
        && task.StakeAtRisk == envelope.StakeAtRisk
        && task.Deadline == envelope.Deadline
        && task.OpeningDeadline == envelope.OpeningDeadline
        && task.AuditCommitment == envelope.AuditCommitment;
}
