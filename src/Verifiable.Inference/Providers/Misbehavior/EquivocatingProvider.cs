using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Posts one claim and delivers another, both signed: with two claims it would toss the audit's coin twice. Thread-safe.</summary>
public sealed class EquivocatingProvider : LocalProvider
{
    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine: the outputs are right, only that there are two claims is not.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public EquivocatingProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
    }

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        _ = Post(envelope, SignClaim(envelope, outputs));
        return ValueTask.FromResult(Reply(SignClaim(envelope, outputs), outputs));
    }
}
