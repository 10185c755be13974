using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Adjudication;

/// <summary>Where a party meets a court: in the same process, or at the other end of a wire. Implementations are thread-safe.</summary>
public interface IDisputeVenue
{
    /// <summary>Gets the clocks and bonds of all games of the court. A claim is on its docket only where the claim's envelope states the same.</summary>
    DisputeTerms Terms { get; }

    /// <summary>Gets the games over a claim, as far as they have come, in the order of their ids.</summary>
    /// <param name="claim">The digest of the claim's body.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<DisputeTranscript>> ReadGamesAsync(Digest claim, CancellationToken cancellationToken = default);

    /// <summary>Tells how a claim stands.</summary>
    /// <param name="claim">The digest of the claim's body.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<VenueClaim> FindClaimAsync(Digest claim, CancellationToken cancellationToken = default);

    /// <summary>Posts a claim, so that it can become final. The same claim again is answered by <see cref="DisputeRefusal.ClaimExists"/>.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="cancellationToken">Ends the wait; the claim may have arrived.</param>
    ValueTask<DisputeRefusal> PostAsync(DisputedClaim claim, CancellationToken cancellationToken = default);

    /// <summary>Ends a game in which the party whose turn it is has used up its time. Anybody may ask for it.</summary>
    /// <param name="game">The game's id.</param>
    /// <param name="cancellationToken">Ends the wait; the call may have arrived.</param>
    ValueTask<DisputeRefusal> CallTimeAsync(Digest game, CancellationToken cancellationToken = default);

    /// <summary>Makes a claim final once its window and all its games are over. Anybody may ask for it.</summary>
    /// <param name="claim">The digest of the claim's body.</param>
    /// <param name="cancellationToken">Ends the wait; the request may have arrived.</param>
    ValueTask<DisputeRefusal> FinishAsync(Digest claim, CancellationToken cancellationToken = default);

    /// <summary>Opens a game. The same opening again is answered by <see cref="DisputeRefusal.GameExists"/>.</summary>
    /// <param name="opening">The signed opening.</param>
    /// <param name="cancellationToken">Ends the wait; the opening may have arrived.</param>
    ValueTask<DisputeRefusal> SendAsync(Signed<DisputeOpening> opening, CancellationToken cancellationToken = default);

    /// <summary>Makes a move.</summary>
    /// <param name="move">The signed move.</param>
    /// <param name="cancellationToken">Ends the wait; the move may have arrived.</param>
    ValueTask<DisputeRefusal> SendAsync(Signed<DisputeMove> move, CancellationToken cancellationToken = default);
}
