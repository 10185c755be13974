namespace Verifiable.Inference.Strategies.Duplication;

/// <summary>What a requester knows of the answer to a canary. It is the requester's knowledge, and no evidence: it moves no stake by itself.</summary>
public enum CanaryFinding
{
    /// <summary>No conclusion: nobody answered, or no answer was known.</summary>
    None,

    /// <summary>The answer is the known one.</summary>
    Right,

    /// <summary>The answer is another one.</summary>
    Wrong,
}
