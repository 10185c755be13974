namespace Verifiable.Inference.Incentives.Games;

/// <summary>Names what is known about answers that a solver did not list. The default claims nothing.</summary>
public enum Completeness
{
    /// <summary>Nothing is claimed: there may be answers that are not listed, and the method does not look for all.</summary>
    Unknown = 0,

    /// <summary>The method looks for all answers but was stopped, or left places undecided: there may be answers in what was not searched.</summary>
    Partial,

    /// <summary>There is no answer that is not listed.</summary>
    Proven,
}
