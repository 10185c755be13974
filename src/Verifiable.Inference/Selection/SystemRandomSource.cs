using System.Security.Cryptography;

namespace Verifiable.Inference.Selection;

/// <summary>The operating system's cryptographic randomness: what secrets, nonces and salts are made of outside tests and simulations.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    private SystemRandomSource()
    {
    }

    /// <summary>Gets the source.</summary>
    public static SystemRandomSource Instance { get; } = new();

    /// <inheritdoc/>
#pragma warning disable RS0030 // The one place where the system's randomness comes in; everything else takes an IRandomSource.
    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
#pragma warning restore RS0030

    /// <inheritdoc/>
    public IRandomSource Fork(string label) => this;
}
