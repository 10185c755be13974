using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Posts an honest claim and delivers nothing; on demand it reveals the claim on the ledger, or not. Thread-safe.</summary>
public sealed class WithholdingProvider : LocalProvider
{
    private readonly bool _reveals;

    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine.</param>
    /// <param name="reveals">Whether it reveals the claim on demand: then it is audited always, and passes.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public WithholdingProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, bool reveals, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
        _reveals = reveals;
    }

    /// <inheritdoc/>
    protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
    {
        _ = Post(envelope, SignClaim(envelope, outputs));
        return default;
    }

    /// <inheritdoc/>
    protected override void Reveal(Digest task)
    {
        if (_reveals)
        {
            base.Reveal(task);
        }
    }
}
