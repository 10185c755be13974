namespace Verifiable.Inference.CanonicalDigest;

/// <summary>A case whose lengths were drawn so long that their product is no test's size any more: another one is drawn.</summary>
public sealed class CaseTooLargeException : Exception;
