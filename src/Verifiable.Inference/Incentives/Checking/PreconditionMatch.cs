namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Names how two conditions compare where the constraints hold. The default is no conclusion.</summary>
public enum PreconditionMatch
{
    /// <summary>Nothing is concluded: the text is no condition over the game's parameters, or the limit of work was reached.</summary>
    Unknown = 0,

    /// <summary>Both hold for the same parameters.</summary>
    Same,

    /// <summary>Both hold for the same parameters except some at which a comparison ties.</summary>
    SameExceptAtTies,

    /// <summary>They differ.</summary>
    Different,
}
