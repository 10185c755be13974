namespace Verifiable.Inference.GameCases;

/// <summary>Names how a case ended.</summary>
internal enum GameOutcome
{
    /// <summary>The case was not run.</summary>
    None = 0,

    /// <summary>Our answer is the expected one.</summary>
    Passed,

    /// <summary>Our answer is another one, or there is none.</summary>
    Failed,

    /// <summary>Nothing here reads a case like this.</summary>
    Unsupported,
}
