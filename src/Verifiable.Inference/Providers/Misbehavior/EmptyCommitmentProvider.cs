using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Computes nothing, posts random bytes as the digest of a claim that there is not, and delivers nothing. Thread-safe.</summary>
public sealed class EmptyCommitmentProvider : LocalProvider
{
    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The engine whose model it claims to run; never run.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public EmptyCommitmentProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
    }

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        _ = Ledger.Post(Signer.Sign(new ClaimCommitment(envelope.Ledger, envelope.Digest, Id, Options.Randomness.NextDigest())));
        return default;
    }
}
