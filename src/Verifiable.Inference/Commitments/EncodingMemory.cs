namespace Verifiable.Inference.Commitments;

/// <summary>The canonical encoding of one immutable object and its digest, each computed once. Immutable and thread-safe.</summary>
/// <remarks>Rationale: a record's <c>with</c> copies this field too, and then changes others. So it names the object that it is the encoding of, and counts for no other.</remarks>
internal sealed class EncodingMemory
{
    private readonly object _owner;
    private readonly byte[] _bytes;
    private DigestMemory? _digest;

    private EncodingMemory(object owner, byte[] bytes)
    {
        _owner = owner;
        _bytes = bytes;
    }

    /// <summary>Writes a value field by field.</summary>
    public delegate void FieldWriter<T>(T value, ref CanonicalWriter writer);

    /// <summary>Gets the encoding.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Gets the digest of the encoding.</summary>
    public Digest Digest => DigestMemory.Of(this, _bytes, ref _digest);

    /// <summary>Gets the encoding of a value, from its field where that is of this very object.</summary>
    public static EncodingMemory Of<T>(T value, ref EncodingMemory? field, FieldWriter<T> write)
        where T : class
    {
        EncodingMemory? known = Volatile.Read(ref field);
        if (known is null || !ReferenceEquals(known._owner, value))
        {
            CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
            write(value, ref writer);
            known = new EncodingMemory(value, writer.ToArray());
            writer.Dispose();
            Volatile.Write(ref field, known);
        }

        return known;
    }
}
