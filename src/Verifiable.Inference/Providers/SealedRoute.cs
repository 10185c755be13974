using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Providers;

/// <summary>
/// The way to a provider through relays that must not read along: seals every offer to the provider's announced key and opens its replies. The other end is a <see cref="SealedProvider"/>.
/// Thread-safe where the inner way is.
/// </summary>
public sealed class SealedRoute : IProvider
{
    private readonly IProvider _way;
    private readonly EncryptionKeyAnnouncement _announcement;
    private readonly TimeProvider _time;

    private SealedRoute(IProvider way, EncryptionKeyAnnouncement announcement, TimeProvider time)
    {
        _way = way;
        _announcement = announcement;
        _time = time;
    }

    /// <inheritdoc/>
    public NodeId Id => _way.Id;

    /// <summary>Makes the route, if the announcement is the provider's own, for this ledger, and good now.</summary>
    /// <param name="way">The way to the provider, over which sealed messages travel.</param>
    /// <param name="announcement">The provider's announcement, which may be anybody's work.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="schemes">The accepted signature schemes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="route">The route.</param>
    public static bool TryCreate(
        IProvider way, Signed<EncryptionKeyAnnouncement> announcement, NodeId ledger, SignatureSchemes schemes, TimeProvider time, [NotNullWhen(true)] out SealedRoute? route)
    {
        ArgumentNullException.ThrowIfNull(way);
        ArgumentNullException.ThrowIfNull(announcement);
        ArgumentNullException.ThrowIfNull(time);
        EncryptionKeyAnnouncement body = announcement.Body;
        bool isGood = body.Ledger == ledger && body.Provider == way.Id && body.IsGoodAt(time.GetUtcNow().ToUnixTimeMilliseconds()) && announcement.IsValidFrom(way.Id, schemes);
        route = isGood ? new SealedRoute(way, body, time) : null;
        return isGood;
    }

    /// <inheritdoc/>
    /// <remarks>The reply is empty, as a refusal is, where the message is no offer, the announcement has ended, or what comes back is not the provider's.</remarks>
    public async ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        if (!_announcement.IsGoodAt(_time.GetUtcNow().ToUnixTimeMilliseconds()) || !Canonical.TryRead(message.Span, out TaskOffer? offer))
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        (SealedMessage outgoing, SealedExchange exchange) = PayloadSealing.Seal(_announcement, offer.Envelope.Body.Digest, message.Span);
        ReadOnlyMemory<byte> reply = await _way.SendAsync(outgoing.ToBytes(), cancellationToken).ConfigureAwait(false);
        return Canonical.TryRead(reply.Span, out SealedReply? incoming) && exchange.TryOpenReply(incoming, out byte[]? payload) ? payload : ReadOnlyMemory<byte>.Empty;
    }
}
