using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>A game on a docket. Immutable.</summary>
/// <param name="Claim">The digest of the claim's body.</param>
/// <param name="State">The game as it stands.</param>
/// <param name="Bond">What the challenger has set aside; nothing once the game is over.</param>
public sealed record DocketGame(Digest Claim, DisputeState State, Amount Bond)
{
    /// <summary>Gets the number of games over the claim that were opened before.</summary>
    public int Number { get; internal init; }
}
