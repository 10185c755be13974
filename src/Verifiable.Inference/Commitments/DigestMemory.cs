namespace Verifiable.Inference.Commitments;

/// <summary>The digest of one immutable object, computed once. Immutable and thread-safe.</summary>
/// <remarks>Rationale: a record's <c>with</c> copies this field too, and then changes others. So it names the object that it is the digest of, and counts for no other.</remarks>
internal sealed class DigestMemory
{
    private readonly object _owner;
    private readonly Digest _digest;

    private DigestMemory(object owner, Digest digest)
    {
        _owner = owner;
        _digest = digest;
    }

    /// <summary>Gets the digest of bytes that an object holds and never changes.</summary>
    public static Digest Of(object owner, ReadOnlySpan<byte> bytes, ref DigestMemory? field)
    {
        DigestMemory? known = Volatile.Read(ref field);
        if (known is null)
        {
            known = new DigestMemory(owner, Digest.Of(bytes));
            Volatile.Write(ref field, known);
        }

        return known._digest;
    }

    /// <summary>Gets the digest of a value's canonical encoding, from its field where that is of this very object.</summary>
    public static Digest Of<T>(T value, ref DigestMemory? field)
        where T : class, ICanonical<T>
    {
        DigestMemory? known = Volatile.Read(ref field);
        if (known is null || !ReferenceEquals(known._owner, value))
        {
            known = new DigestMemory(value, value.ToDigest());
            Volatile.Write(ref field, known);
        }

        return known._digest;
    }
}
