namespace Verifiable.Inference.Incentives;

/// <summary>Names what is wrong with a sampling configuration. The default is no conclusion and is never reported.</summary>
public enum SamplingShortcomingKind
{
    /// <summary>Nothing is named.</summary>
    None = 0,

    /// <summary>Cheating pays, or pays as much as honesty, by the conservative condition.</summary>
    CheatingPays,

    /// <summary>Honesty is an equilibrium, but not the only one: everybody running the same cheap model is another.</summary>
    NotTheOnlyEquilibrium,

    /// <summary>The comparison is too noisy for the fee: no slash both deters and keeps honest asserters.</summary>
    TooNoisyToSlash,

    /// <summary>An honest asserter loses by taking part.</summary>
    AsserterLoses,

    /// <summary>An honest validator loses by taking part.</summary>
    ValidatorLoses,

    /// <summary>A validator gains by guessing the answer instead of computing it.</summary>
    GuessingPays,

    /// <summary>The bounty is half of the slash or more, so that a cheat and its own accuser could regain more than is burnt.</summary>
    BountyRefundsTheCheat,
}
