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
    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);

    /// <inheritdoc/>
    public IRandomSource Fork(string label) => this;
}
