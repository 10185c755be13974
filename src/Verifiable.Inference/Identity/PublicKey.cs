using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Identity;

/// <summary>A public key and the name of its signature scheme. Immutable; equal by content. That it can be read does not say that the scheme accepts it.</summary>
public sealed class PublicKey : IEquatable<PublicKey>, ICanonical<PublicKey>
{
    private const string NodeDomain = "vinf/node/v1";
    private readonly byte[] _bytes;

    /// <summary>Creates a public key.</summary>
    /// <param name="scheme">The scheme's name, at most 255 bytes in UTF-8, for example <c>p256</c>.</param>
    /// <param name="bytes">The key in the scheme's one encoding, 1 to 255 bytes; copied.</param>
    /// <exception cref="ArgumentException">The name is empty, or there are no bytes or too many.</exception>
    public PublicKey(string scheme, ReadOnlySpan<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        if (bytes.Length is 0 or > byte.MaxValue)
        {
            throw new ArgumentException($"Expected 1 to 255 bytes, got {bytes.Length}.", nameof(bytes));
        }

        Scheme = scheme;
        _bytes = bytes.ToArray();
        Id = ComputeId();
    }

    /// <summary>Gets the name of the signature scheme.</summary>
    public string Scheme { get; }

    /// <summary>Gets the key in its scheme's encoding.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Gets the id of the node that holds this key.</summary>
    public NodeId Id { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out PublicKey? value)
    {
        value = null;
        string scheme = reader.ReadText();
        ReadOnlySpan<byte> bytes = reader.ReadShortBytes();
        if (scheme.Length == 0 || bytes.IsEmpty)
        {
            reader.Fail();
        }

        if (reader.Failed)
        {
            return false;
        }

        value = new PublicKey(scheme, bytes);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteText(Scheme);
        writer.WriteShortBytes(_bytes);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] PublicKey? other) => other is not null && Id == other.Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <summary>Writes the scheme and the node id.</summary>
    public override string ToString() => $"{Scheme}:{Id}";

    private NodeId ComputeId()
    {
        CanonicalWriter writer = new(stackalloc byte[512]);
        writer.WriteDomain(NodeDomain);
        WriteTo(ref writer);
        NodeId id = new(writer.ToDigest());
        writer.Dispose();
        return id;
    }
}
