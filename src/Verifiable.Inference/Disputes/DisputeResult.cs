namespace Verifiable.Inference.Disputes;

/// <summary>How a game ended. Zero: it has not.</summary>
public enum DisputeResult
{
    /// <summary>The game goes on.</summary>
    None = 0,

    /// <summary>The claim is convicted.</summary>
    Convicted,

    /// <summary>The claim stands, and the challenger has lost.</summary>
    Acquitted,

    /// <summary>The claim was convicted in another game; nobody has lost this one.</summary>
    Void,
}
