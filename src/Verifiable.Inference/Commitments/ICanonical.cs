using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>A value with exactly one canonical encoding. What is written reads back equal, and nothing else reads back as it.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface ICanonical<TSelf>
    where TSelf : ICanonical<TSelf>
{
    /// <summary>Writes the encoding.</summary>
    void WriteTo(ref CanonicalWriter writer);

    /// <summary>Reads one value where the reader stands. Never throws, whatever the bytes.</summary>
    /// <returns><see langword="false"/> when the bytes are not the encoding of a value; the reader has then failed.</returns>
    static abstract bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TSelf? value);
}
