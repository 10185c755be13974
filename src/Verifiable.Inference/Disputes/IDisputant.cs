using Verifiable.Inference.Claims;

namespace Verifiable.Inference.Disputes;

/// <summary>One side of disputes over one claim: a claimant, or a challenger with a run of its own. It keeps nothing between moves, so that whoever was stopped goes on where it was.
/// Implementations are thread-safe.</summary>
public interface IDisputant
{
    /// <summary>Tells whether the own run gives what the claim commits to. A claimant for whom it does not must not claim; a challenger for whom it does has nothing to say.</summary>
    /// <param name="cancellationToken">Stops the run.</param>
    ValueTask<bool> AgreesAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes the next move of a game, or <see langword="null"/> where there is none to make.</summary>
    /// <param name="transcript">The game so far; everything in it was accepted.</param>
    /// <param name="state">The game as it stands.</param>
    /// <param name="cancellationToken">Stops a repeated run.</param>
    ValueTask<Signed<DisputeMove>?> AnswerAsync(DisputeTranscript transcript, DisputeState state, CancellationToken cancellationToken = default);
}
