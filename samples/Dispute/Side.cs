using Verifiable.Inference.Claims;
using Verifiable.Inference.Disputes;

namespace Dispute;

/// <summary>A disputant that can be told to say nothing, or to challenge what it agrees with.</summary>
internal sealed class Side(IDisputant inner, bool isSilent, bool isObstinate) : IDisputant
{
    public async ValueTask<bool> AgreesAsync(CancellationToken cancellationToken = default) => !isObstinate && await inner.AgreesAsync(cancellationToken);

    public async ValueTask<Signed<DisputeMove>?> AnswerAsync(DisputeTranscript transcript, DisputeState state, CancellationToken cancellationToken = default) =>
        isSilent ? null : await inner.AnswerAsync(transcript, state, cancellationToken);
}
