using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// A dictionary that is changed in place and gives sorted immutable copies to readers. A copy shares with the one before it what did not change, and costs as much as was
/// changed since. Not thread-safe; its copies are.
/// </summary>
internal sealed class SnapshotMap<TKey, TValue>
    where TKey : notnull
{
    private const int LeastChanges = 4096;

    private readonly Dictionary<TKey, TValue> _values;
    private List<TKey> _changed = [];
    private ImmutableSortedDictionary<TKey, TValue> _taken;

    /// <summary>Begins with the values of a copy.</summary>
    public SnapshotMap(ImmutableSortedDictionary<TKey, TValue> values)
    {
        _taken = values;
        _values = new Dictionary<TKey, TValue>(values);
    }

    /// <summary>Gets a value.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    /// <summary>Puts a value.</summary>
    public void Set(TKey key, TValue value)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_values, key, out _) = value;
        Note(key);
    }

    /// <summary>Drops a value.</summary>
    public void Remove(TKey key)
    {
        if (_values.Remove(key))
        {
            Note(key);
        }
    }

    /// <summary>Makes a copy; the very copy before, where nothing changed.</summary>
    public ImmutableSortedDictionary<TKey, TValue> Take()
    {
        if (_changed.Count > 0)
        {
            ImmutableSortedDictionary<TKey, TValue>.Builder builder = _taken.ToBuilder();
            foreach (TKey key in _changed)
            {
                if (_values.TryGetValue(key, out TValue? value))
                {
                    builder[key] = value;
                }
                else
                {
                    _ = builder.Remove(key);
                }
            }

            _taken = builder.ToImmutable();
            _changed.Clear();
        }

        return _taken;
    }

    // Where nobody takes copies, the list of changes must not grow for ever.
    private void Note(TKey key)
    {
        _changed.Add(key);
        if (_changed.Count > LeastChanges + (4L * _values.Count))
        {
            _changed = [.. _changed.Distinct()];
            if (_changed.Count > LeastChanges + (2L * _values.Count))
            {
                _ = Take();
            }
        }
    }
}
