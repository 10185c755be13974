using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Identity;

/// <summary>Names a node (a provider, a requester, a ledger operator): the digest of its signature scheme and public key. <c>default</c> names nobody.</summary>
/// <param name="Value">The digest.</param>
public readonly record struct NodeId(Digest Value) : IComparable<NodeId>, ICanonical<NodeId>
{
    /// <summary>Tells whether the left id comes before the right.</summary>
    public static bool operator <(NodeId left, NodeId right) => left.CompareTo(right) < 0;

    /// <summary>Tells whether the left id comes after the right.</summary>
    public static bool operator >(NodeId left, NodeId right) => left.CompareTo(right) > 0;

    /// <summary>Tells whether the left id does not come after the right.</summary>
    public static bool operator <=(NodeId left, NodeId right) => left.CompareTo(right) <= 0;

    /// <summary>Tells whether the left id does not come before the right.</summary>
    public static bool operator >=(NodeId left, NodeId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out NodeId value)
    {
        value = new NodeId(reader.ReadDigest());
        return !reader.Failed;
    }

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer) => writer.WriteDigest(Value);

    /// <summary>Writes 64 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString();
}
