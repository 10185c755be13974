using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Tensors;

/// <summary>The inputs or the outputs of a model: tensors by name, in ordinal order of the names. Immutable and thread-safe; equal by content.</summary>
public sealed class NamedTensors : IReadOnlyList<KeyValuePair<string, TensorValue>>, IEquatable<NamedTensors>
{
    private readonly ImmutableArray<KeyValuePair<string, TensorValue>> _entries;

    /// <summary>Creates the set from pairs in any order.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name, or a name is empty.</exception>
    public NamedTensors(IEnumerable<KeyValuePair<string, TensorValue>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ImmutableArray<KeyValuePair<string, TensorValue>> entries = [.. tensors];
        _entries = OrdinalKeys.AreSorted(entries.AsSpan()) ? entries : [.. entries.OrderBy(static pair => pair.Key, StringComparer.Ordinal)];
        for (int i = 0; i < _entries.Length; i++)
        {
            ArgumentException.ThrowIfNullOrEmpty(_entries[i].Key, nameof(tensors));
            ArgumentNullException.ThrowIfNull(_entries[i].Value, nameof(tensors));
            if (i > 0 && string.Equals(_entries[i - 1].Key, _entries[i].Key, StringComparison.Ordinal))
            {
                throw new ArgumentException($"Expected every name once, got '{_entries[i].Key}' twice.", nameof(tensors));
            }
        }
    }

    /// <summary>Gets the pairs in ordinal order of the names.</summary>
    internal ReadOnlySpan<KeyValuePair<string, TensorValue>> Entries => _entries.AsSpan();

    /// <summary>Gets the set without tensors.</summary>
    public static NamedTensors Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _entries.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, TensorValue> this[int index] => _entries[index];

    /// <summary>Gets a tensor by its name.</summary>
    /// <exception cref="KeyNotFoundException">No tensor has this name; the message lists those that are there.</exception>
    public TensorValue this[string name] => TryGetValue(name, out TensorValue? value)
        ? value
        : throw new KeyNotFoundException($"Expected one of [{string.Join(", ", _entries.Select(pair => pair.Key))}], got '{name}'.");

    /// <summary>Creates a set of one tensor.</summary>
    public static NamedTensors Of(string name, TensorValue value) => new([KeyValuePair.Create(name, value)]);

    /// <summary>Looks a tensor up by its name.</summary>
    public bool TryGetValue(string name, [NotNullWhen(true)] out TensorValue? value)
    {
        int low = 0;
        int high = _entries.Length - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            int order = string.CompareOrdinal(_entries[middle].Key, name);
            if (order == 0)
            {
                value = _entries[middle].Value;
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] NamedTensors? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NamedTensors);

    /// <inheritdoc/>
    public override int GetHashCode() => Count == 0 ? 0 : HashCode.Combine(Count, _entries[0].Key, _entries[0].Value);

    /// <summary>Enumerates the tensors in ordinal order of their names.</summary>
    public IEnumerator<KeyValuePair<string, TensorValue>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, TensorValue>>)_entries).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
