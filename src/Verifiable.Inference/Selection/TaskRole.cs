namespace Verifiable.Inference.Selection;

/// <summary>Why a provider was drawn. Providers do not learn it while they work.</summary>
public enum TaskRole : byte
{
    /// <summary>No role.</summary>
    None = 0,

    /// <summary>Gives the answer.</summary>
    Asserter = 1,

    /// <summary>Computes the answer again, to check it.</summary>
    Validator = 2,

    /// <summary>Computes the answer again, to decide between two.</summary>
    Voter = 3,
}
