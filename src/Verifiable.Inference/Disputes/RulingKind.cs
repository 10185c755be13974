namespace Verifiable.Inference.Disputes;

/// <summary>What a referee concludes. Zero is no conclusion: nothing follows for anybody.</summary>
public enum RulingKind
{
    /// <summary>No conclusion: the evidence is not complete, not the claim's, or beyond what the referee can do. It never counts for or against the claim.</summary>
    None = 0,

    /// <summary>The claim is wrong.</summary>
    Convicted,

    /// <summary>The accusation is wrong.</summary>
    Acquitted,
}
