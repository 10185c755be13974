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

    /// <summary>Opens a game. The same opening again is answered by <see cref="DisputeRefusal.GameExists"/>.</summary>
    /// <param name="opening">The signed opening.</param>
    /// <param name="cancellationToken">Ends the wait; the opening may have arrived.</param>
    ValueTask<DisputeRefusal> SendAsync(Signed<DisputeOpening> opening, CancellationToken cancellationToken = default);

    /// <summary>Makes a move.</summary>
    /// <param name="move">The signed move.</param>
    /// <param name="cancellationToken">Ends the wait; the move may have arrived.</param>
    ValueTask<DisputeRefusal> SendAsync(Signed<DisputeMove> move, CancellationToken cancellationToken = default);
}
