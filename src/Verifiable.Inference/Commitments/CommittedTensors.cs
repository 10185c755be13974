using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>Commitments to the inputs or outputs of a model: digests by name, in ordinal order of the names. Immutable and thread-safe; equal by content.</summary>
public sealed class CommittedTensors : IReadOnlyList<KeyValuePair<string, Digest>>, ICanonical<CommittedTensors>, IEquatable<CommittedTensors>
{
    /// <summary>The largest number of names: 256.</summary>
    public const int MaxCount = 256;

    private const string Domain = "vinf/tensors/v1";
    private const int MaxNameBytes = byte.MaxValue;

    // Most sets are small; a large one grows with what is read.
    private const int ShortList = 8;

    private readonly ImmutableArray<KeyValuePair<string, Digest>> _entries;

    /// <summary>Creates the set from pairs in any order.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxCount"/> pairs, two have one name, or a name is empty, longer than 255 bytes in
    /// UTF-8, or not well-formed.</exception>
    public CommittedTensors(IEnumerable<KeyValuePair<string, Digest>> commitments)
        : this(Sort(commitments))
    {
        if (_entries.Length > MaxCount)
        {
            throw new ArgumentException($"Expected at most {MaxCount} names, got {_entries.Length}.", nameof(commitments));
        }

        Span<byte> utf8 = stackalloc byte[MaxNameBytes];
        for (int i = 0; i < _entries.Length; i++)
        {
            string name = _entries[i].Key;
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(commitments));
            if (System.Text.Unicode.Utf8.FromUtf16(name, utf8, out _, out _, replaceInvalidSequences: false) != System.Buffers.OperationStatus.Done)
            {
                throw new ArgumentException($"Expected well-formed names of at most {MaxNameBytes} bytes in UTF-8, got one of {name.Length} characters.", nameof(commitments));
            }

            if (i > 0 && string.Equals(_entries[i - 1].Key, name, StringComparison.Ordinal))
            {
                throw new ArgumentException($"Expected every name once, got '{name}' twice.", nameof(commitments));
            }
        }
    }

    private CommittedTensors(ImmutableArray<KeyValuePair<string, Digest>> entries)
    {
        _entries = entries;
    }

    /// <inheritdoc/>
    public int Count => _entries.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, Digest> this[int index] => _entries[index];

    /// <summary>Gets a commitment by its name.</summary>
    /// <exception cref="KeyNotFoundException">No commitment has this name; the message lists those that are there.</exception>
    public Digest this[string name] => TryGetValue(name, out Digest digest)
        ? digest
        : throw new KeyNotFoundException($"Expected one of [{string.Join(", ", _entries.Select(pair => pair.Key))}], got '{name}'.");

    /// <summary>Commits to each tensor, row-major, in chunks of the default size.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxCount"/> tensors, or a name is longer than 255 bytes in UTF-8 or not well-formed.</exception>
    public static CommittedTensors Of(NamedTensors tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ReadOnlySpan<KeyValuePair<string, TensorValue>> entries = tensors.Entries;
        var commitments = new KeyValuePair<string, Digest>[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            commitments[i] = KeyValuePair.Create(entries[i].Key, TensorCommitment.Compute(entries[i].Value));
        }

        return new CommittedTensors(commitments);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out CommittedTensors? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        int count = reader.ReadUInt16();
        if (reader.Failed || count > MaxCount)
        {
            reader.Fail();
            return false;
        }

        ImmutableArray<KeyValuePair<string, Digest>>.Builder entries = ImmutableArray.CreateBuilder<KeyValuePair<string, Digest>>(Math.Min(count, ShortList));
        string last = string.Empty;
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadText();
            Digest digest = reader.ReadDigest();

            // The empty string comes first, so that this refuses empty names as well as names twice or out of order.
            if (reader.Failed || string.CompareOrdinal(last, name) >= 0)
            {
                reader.Fail();
                return false;
            }

            entries.Add(KeyValuePair.Create(name, digest));
            last = name;
        }

        value = new CommittedTensors(entries.DrainToImmutable());
        return true;
    }

    /// <summary>Looks a commitment up by its name.</summary>
    public bool TryGetValue(string name, out Digest digest)
    {
        foreach (KeyValuePair<string, Digest> entry in _entries)
        {
            if (string.Equals(entry.Key, name, StringComparison.Ordinal))
            {
                digest = entry.Value;
                return true;
            }
        }

        digest = default;
        return false;
    }

    /// <summary>Tells whether these are the commitments to the tensors: the same names, and each tensor's digest.</summary>
    public bool Opens(NamedTensors tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ReadOnlySpan<KeyValuePair<string, TensorValue>> entries = tensors.Entries;
        bool isOpen = entries.Length == Count;
        for (int i = 0; isOpen && i < entries.Length; i++)
        {
            isOpen = string.Equals(entries[i].Key, _entries[i].Key, StringComparison.Ordinal) && TensorCommitment.Compute(entries[i].Value) == _entries[i].Value;
        }

        return isOpen;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteUInt16((ushort)Count);
        foreach (KeyValuePair<string, Digest> entry in _entries)
        {
            writer.WriteText(entry.Key);
            writer.WriteDigest(entry.Value);
        }
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] CommittedTensors? other)
    {
        // Rationale: entry by entry, for pairs have no equality of their own and would be compared by reflection.
        bool equal = other is not null && Count == other.Count;
        for (int i = 0; equal && i < Count; i++)
        {
            equal = string.Equals(_entries[i].Key, other![i].Key, StringComparison.Ordinal) && _entries[i].Value == other[i].Value;
        }

        return equal;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CommittedTensors);

    /// <inheritdoc/>
    public override int GetHashCode() => Count == 0 ? 0 : HashCode.Combine(Count, _entries[0].Key, _entries[0].Value);

    /// <summary>Enumerates the commitments in ordinal order of their names.</summary>
    public IEnumerator<KeyValuePair<string, Digest>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, Digest>>)_entries).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ImmutableArray<KeyValuePair<string, Digest>> Sort(IEnumerable<KeyValuePair<string, Digest>> commitments)
    {
        ArgumentNullException.ThrowIfNull(commitments);
        ImmutableArray<KeyValuePair<string, Digest>> entries = [.. commitments];
        return OrdinalKeys.AreSorted(entries.AsSpan()) ? entries : [.. entries.OrderBy(static pair => pair.Key, StringComparer.Ordinal)];
    }
}
