using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Answers one task honestly and every later one by posting and delivering that first claim again. Thread-safe.</summary>
public sealed class ReplayingProvider : LocalProvider
{
    private TaskAnswer? _first;

    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine, run for the first task only.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public ReplayingProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
    }

    /// <inheritdoc/>
    protected override async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _first) is not { } old)
        {
            return await base.AnswerAsync(envelope, inputs, cancellationToken).ConfigureAwait(false);
        }

        _ = Ledger.Post(old.Claim.Posting);
        return Reply(old.Claim, old.Outputs);
    }

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        SignedClaim claim = SignClaim(envelope, outputs);
        _ = Interlocked.CompareExchange(ref _first, new TaskAnswer(claim, outputs), null);
        return ValueTask.FromResult(Post(envelope, claim) ? Reply(claim, outputs) : ReadOnlyMemory<byte>.Empty);
    }
}
