namespace Verifiable.Inference.Keys.Tests;

/// <summary>A fact that is skipped, and says how to enable it, where libsodium, libsecp256k1 or OpenSSL is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LibraryFactAttribute : FactAttribute
{
    public LibraryFactAttribute()
    {
        Skip = Libraries.Missing;
    }
}
