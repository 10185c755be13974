using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// A dictionary that is changed in place and gives sorted immutable copies to readers. A copy shares with the one before it what did not change, and costs as much as was
/// changed since. Not thread-safe; its copies are.
/// </summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
/// <typeparam name="TBeside">What is kept beside each value and is not in the copies; it goes when the value does.</typeparam>
internal sealed class SnapshotMap<TKey, TValue, TBeside>
    where TKey : notnull
{
    private const int LeastChanges = 4096;

    private readonly Dictionary<TKey, Item> _values;
    private readonly List<TKey> _changed = [];
    private ImmutableSortedDictionary<TKey, TValue> _taken;

    // An item that was changed since the last copy carries the number of the next one.
    private ulong _copy = 1;
    private bool _hasManyChanges;

    /// <summary>Begins with the values of a copy.</summary>
    public SnapshotMap(ImmutableSortedDictionary<TKey, TValue> values)
    {
        _taken = values;
        _values = new Dictionary<TKey, Item>(values.Count);
        foreach ((TKey key, TValue value) in values)
        {
            _values.Add(key, new Item { Value = value });
        }
    }

    /// <summary>Gets how many keys are noted as changed since the last copy.</summary>
    public int NotedChanges => _changed.Count;

    /// <summary>Gets all keys, each with what is kept beside it.</summary>
    public IEnumerable<KeyValuePair<TKey, TBeside?>> AllBeside => _values.Select(static item => KeyValuePair.Create(item.Key, item.Value.Beside));

    /// <summary>Gets a value.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        ref Item item = ref CollectionsMarshal.GetValueRefOrNullRef(_values, key);
        bool has = !Unsafe.IsNullRef(ref item);
        value = has ? item.Value : default;
        return has;
    }

    /// <summary>Gets what is kept beside a value; nothing where there is no value.</summary>
    public TBeside? GetBeside(TKey key)
    {
        ref Item item = ref CollectionsMarshal.GetValueRefOrNullRef(_values, key);
        return Unsafe.IsNullRef(ref item) ? default : item.Beside;
    }

    /// <summary>Keeps something beside a value; nothing is kept where there is no value.</summary>
    public void SetBeside(TKey key, TBeside beside)
    {
        ref Item item = ref CollectionsMarshal.GetValueRefOrNullRef(_values, key);
        if (!Unsafe.IsNullRef(ref item))
        {
            item.Beside = beside;
        }
    }

    /// <summary>Puts a value.</summary>
    public void Set(TKey key, TValue value)
    {
        ref Item item = ref CollectionsMarshal.GetValueRefOrAddDefault(_values, key, out _);
        item.Value = value;
        if (item.ChangedFor != _copy)
        {
            item.ChangedFor = _copy;
            Note(key);
        }
    }

    /// <summary>Drops a value.</summary>
    public void Remove(TKey key)
    {
        if (_values.Remove(key, out Item item) && item.ChangedFor != _copy)
        {
            Note(key);
        }
    }

    /// <summary>Makes a copy; the very copy before, where nothing changed.</summary>
    public ImmutableSortedDictionary<TKey, TValue> Take()
    {
        if (_hasManyChanges)
        {
            _taken = _values.ToImmutableSortedDictionary(static item => item.Key, static item => item.Value.Value);
        }
        else if (_changed.Count > 0)
        {
            ImmutableSortedDictionary<TKey, TValue>.Builder builder = _taken.ToBuilder();
            foreach (TKey key in _changed)
            {
                if (TryGet(key, out TValue? value))
                {
                    builder[key] = value;
                }
                else
                {
                    _ = builder.Remove(key);
                }
            }

            _taken = builder.ToImmutable();
        }

        _changed.Clear();
        _hasManyChanges = false;
        _copy++;
        return _taken;
    }

    // Each key is noted once. When they are as many as half of all, the next copy is made anew, and the list need not be kept: nobody may ever want a copy.
    private void Note(TKey key)
    {
        if (!_hasManyChanges)
        {
            _changed.Add(key);
            if (_changed.Count > LeastChanges + (_values.Count / 2))
            {
                _hasManyChanges = true;
                _changed.Clear();
                _changed.TrimExcess();
            }
        }
    }

    private struct Item
    {
        public TValue Value;
        public TBeside? Beside;
        public ulong ChangedFor;
    }
}
