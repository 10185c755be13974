using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>Computes honestly and answers at the deadline, which is too late. Thread-safe.</summary>
public sealed class SlowProvider : LocalProvider
{
    /// <summary>Creates the provider.</summary>
    /// <param name="signer">The provider's key.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="engine">The honest engine.</param>
    /// <param name="options">How it works, with the clock by which it waits; <see langword="null"/> for the defaults.</param>
    public SlowProvider(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions? options = null)
        : base(signer, ledger, [engine], options)
    {
    }

    /// <inheritdoc/>
    protected override async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        DateTimeOffset deadline = DateTimeOffset.FromUnixTimeMilliseconds(envelope.Deadline);
        for (TimeSpan wait = deadline - Options.Time.GetUtcNow(); wait > TimeSpan.Zero; wait = deadline - Options.Time.GetUtcNow())
        {
            // Without the token: it goes on although nobody waits any more.
            await Task.Delay(wait, Options.Time, CancellationToken.None).ConfigureAwait(false);
        }

        return await base.AnswerAsync(envelope, inputs, CancellationToken.None).ConfigureAwait(false);
    }
}
