using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Providers;

/// <summary>
/// Opens what is sealed to a provider, hands it on, and seals the reply. Whatever is not sealed to its key, for its ledger, about the task that the offer inside is of, is refused with an
/// empty reply. Thread-safe where the provider is.
/// </summary>
public sealed class SealedProvider : IProvider
{
    private readonly IProvider _provider;
    private readonly EncryptionKey _key;
    private readonly NodeId _ledger;
    private readonly IRandomSource _randomness;

    /// <summary>Creates it.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="key">The key that it announced; stays the caller's.</param>
    /// <param name="ledger">The ledger that it announced it for.</param>
    /// <param name="randomness">The randomness of replies; the system's by default.</param>
    public SealedProvider(IProvider provider, EncryptionKey key, NodeId ledger, IRandomSource? randomness = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(key);
        _provider = provider;
        _key = key;
        _ledger = ledger;
        _randomness = randomness ?? SystemRandomSource.Instance;
    }

    /// <inheritdoc/>
    public NodeId Id => _provider.Id;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        if (!Canonical.TryRead(message.Span, out SealedMessage? incoming)
            || !PayloadSealing.TryOpen(incoming, _key, _ledger, Id, out byte[]? payload, out SealedExchange? exchange)
            || !Canonical.TryRead(payload, out TaskOffer? offer)
            || offer.Envelope.Body.Digest != incoming.Task)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        ReadOnlyMemory<byte> reply = await _provider.SendAsync(payload, cancellationToken).ConfigureAwait(false);
        return exchange.SealReply(reply.Span, _randomness.NextDigest()).ToBytes();
    }
}
