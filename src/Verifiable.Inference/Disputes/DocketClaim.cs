using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>A claim on a docket. Immutable.</summary>
public sealed record DocketClaim
{
    internal DocketClaim(DisputeGame rules, long posted, Amount bond)
    {
        Rules = rules;
        Posted = posted;
        Bond = bond;
    }

    /// <summary>Gets the rules of games over the claim, and the claim itself.</summary>
    public DisputeGame Rules { get; }

    /// <summary>Gets when the claim was posted, in milliseconds since 1970-01-01 UTC.</summary>
    public long Posted { get; }

    /// <summary>Gets how the claim stands.</summary>
    public DocketClaimStatus Status { get; internal init; } = DocketClaimStatus.Open;

    /// <summary>Gets what the claimant has set aside; nothing once the claim is closed.</summary>
    public Amount Bond { get; internal init; }

    /// <summary>Gets the number of games over the claim that are not over.</summary>
    public int OpenGames { get; internal init; }

    /// <summary>Gets the number of games over the claim that were ever opened.</summary>
    public int Games { get; internal init; }

    /// <summary>Gets the number of games that acquitted the claim.</summary>
    public int Acquittals { get; internal init; }

    /// <summary>Gets the game in which the claim was convicted, or <see langword="null"/>.</summary>
    public Digest? ConvictedIn { get; internal init; }

    /// <summary>Gets the earliest of the games that were open when the claim was convicted, which may be the one that convicted it: its challenger has half of the reward. <see langword="null"/> before.</summary>
    public Digest? FoundIn { get; internal init; }
}
