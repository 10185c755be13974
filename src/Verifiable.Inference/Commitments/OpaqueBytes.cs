using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>Bytes that this part of the library carries without reading them. Immutable, thread-safe, equal by content; <see cref="Empty"/> holds none.</summary>
public sealed class OpaqueBytes : IEquatable<OpaqueBytes>
{
    private readonly byte[] _bytes;

    /// <summary>Creates a value by copying bytes.</summary>
    public OpaqueBytes(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
    }

    /// <summary>Gets no bytes.</summary>
    public static OpaqueBytes Empty { get; } = new([]);

    /// <summary>Gets the bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Gets the number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] OpaqueBytes? other) => other is not null && Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OpaqueBytes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>Writes the bytes as hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(_bytes);
}
