using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Computes once, honestly, and gives that output for every later input, as a cache with a broken key does. Thread-safe.</summary>
public sealed class StaleCacheProvider : LocalProvider
{
    private NamedTensors? _first;

    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine, run once.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public StaleCacheProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
    }

    /// <inheritdoc/>
    protected override async ValueTask<NamedTensors> ComputeAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _first) is { } cached)
        {
            return cached;
        }

        NamedTensors computed = await base.ComputeAsync(envelope, inputs, cancellationToken).ConfigureAwait(false);
        return Interlocked.CompareExchange(ref _first, computed, null) ?? computed;
    }
}
