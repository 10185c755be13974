using System.Collections.Concurrent;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>
/// One provider with two faces: takes the tasks on which a hint says that cheating is safe with one, all others with the other. With a hint that tells the
/// asserter's envelopes it is the role-aware cheat of the theorem; the protocol's envelopes do not show the role, so such a hint has to come from outside.
/// Thread-safe where its faces are; it remembers the tasks on which it cheats.
/// </summary>
public sealed class OpportunisticProvider : IProvider
{
    private readonly IProvider _honest;
    private readonly IProvider _cheat;
    private readonly Func<TaskEnvelope, bool> _cheatsOn;
    private readonly ConcurrentDictionary<Digest, bool> _cheated = new();

    /// <summary>Creates the provider.</summary>
    /// <param name="honest">The honest face.</param>
    /// <param name="cheat">The face that cheats, under the same id.</param>
    /// <param name="cheatsOn">Tells on which tasks to cheat.</param>
    /// <exception cref="ArgumentException">The faces have different ids.</exception>
    public OpportunisticProvider(IProvider honest, IProvider cheat, Func<TaskEnvelope, bool> cheatsOn)
    {
        ArgumentNullException.ThrowIfNull(honest);
        ArgumentNullException.ThrowIfNull(cheat);
        ArgumentNullException.ThrowIfNull(cheatsOn);
        if (honest.Id != cheat.Id)
        {
            throw new ArgumentException($"Expected two faces of {honest.Id}, got one of {cheat.Id}.", nameof(cheat));
        }

        _honest = honest;
        _cheat = cheat;
        _cheatsOn = cheatsOn;
    }

    /// <inheritdoc/>
    public NodeId Id => _honest.Id;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        bool cheats = false;
        if (Canonical.TryRead(message.Span, out TaskOffer? offer))
        {
            cheats = _cheatsOn(offer.Envelope.Body);
            if (cheats)
            {
                _cheated[offer.Envelope.Body.Digest] = true;
            }
        }
        else if (Canonical.TryRead(message.Span, out ClaimDemand? demand))
        {
            cheats = _cheated.ContainsKey(demand.Task);
        }

        return (cheats ? _cheat : _honest).SendAsync(message, cancellationToken);
    }
}
