using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Computes with another seed than the requester's, as one that looks for the outcome it likes would. The same output where the model uses no randomness. Thread-safe.</summary>
public sealed class WrongSeedProvider : LocalProvider
{
    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public WrongSeedProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
    }

    /// <inheritdoc/>
    protected override ValueTask<NamedTensors> ComputeAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        GenerationOptions asked = envelope.Work.Options;
        GenerationOptions other = new(unchecked(asked.Seed + 1), asked.Settings);
        return EngineFor(envelope.Work)!.RunAsync(inputs, other, cancellationToken);
    }
}
