namespace Verifiable.Inference.Disputes;

/// <summary>What ended a game. Zero: nothing has.</summary>
public enum DisputeCause
{
    /// <summary>The game goes on.</summary>
    None = 0,

    /// <summary>The referee ruled.</summary>
    Ruling,

    /// <summary>The claimant used up its time.</summary>
    ClaimantSilent,

    /// <summary>The challenger used up its time.</summary>
    ChallengerSilent,

    /// <summary>The claim was convicted in another game.</summary>
    ConvictedElsewhere,
}
