namespace Verifiable.Inference;

/// <summary>What a verifier concluded about an output.</summary>
public enum VerdictKind : byte
{
    /// <summary>No conclusion: not looking is not evidence, and a failed check is none either.</summary>
    Undetermined = 0,

    /// <summary>The output was checked and is the one that was asked for, within the limit.</summary>
    Accepted = 1,

    /// <summary>The output was checked and is not the one that was asked for.</summary>
    Rejected = 2,
}
