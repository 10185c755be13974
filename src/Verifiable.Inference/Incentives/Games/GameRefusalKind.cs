namespace Verifiable.Inference.Incentives.Games;

/// <summary>Names why a file or a description of a game is not taken. The default says that nothing was refused.</summary>
public enum GameRefusalKind
{
    /// <summary>Nothing was refused.</summary>
    None = 0,

    /// <summary>The text is longer than the limit, or is no text.</summary>
    TextTooLongOrBroken,

    /// <summary>The text is not of the format.</summary>
    Malformed,

    /// <summary>A number is not finite, is no number, or has more digits than the limit.</summary>
    BadNumber,

    /// <summary>There are no players, or a player has nothing to choose from.</summary>
    EmptyPlayer,

    /// <summary>The game is larger than the limits: players, strategies, profiles or nodes.</summary>
    TooLarge,

    /// <summary>A payoff is missing.</summary>
    MissingPayoff,

    /// <summary>There are more payoffs than profiles, or one is given twice and differently.</summary>
    ContradictoryPayoff,

    /// <summary>Something refers to what is not there: an outcome, a player, an information set.</summary>
    UnknownReference,

    /// <summary>Probabilities are negative or do not sum to one.</summary>
    BadProbabilities,

    /// <summary>Nodes of an information set differ in player or in actions, or a tree is no tree.</summary>
    InconsistentTree,

    /// <summary>The format has it, and this library does not.</summary>
    Unsupported,
}
