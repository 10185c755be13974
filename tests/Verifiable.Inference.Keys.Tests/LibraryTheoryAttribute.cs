namespace Verifiable.Inference.Keys.Tests;

/// <summary>A theory that is skipped, and says how to enable it, where libsodium, libsecp256k1 or OpenSSL is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LibraryTheoryAttribute : TheoryAttribute
{
    public LibraryTheoryAttribute()
    {
        Skip = Libraries.Missing;
    }
}
