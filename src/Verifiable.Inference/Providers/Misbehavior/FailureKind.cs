namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>How a <see cref="FailingProvider"/> fails.</summary>
public enum FailureKind
{
    /// <summary>It does not fail.</summary>
    None = 0,

    /// <summary>It replies with nothing.</summary>
    Refuses,

    /// <summary>It throws.</summary>
    Throws,

    /// <summary>It never replies, and ignores the token that ends the wait.</summary>
    Hangs,
}
