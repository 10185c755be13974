using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Keeps what was used last, up to a size; the latest is kept whatever its size. Thread-safe.</summary>
internal sealed class RecentlyUsed<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value, long Size)>> _places = [];
    private readonly LinkedList<(TKey Key, TValue Value, long Size)> _order = new();
    private readonly long _room;
    private long _size;

    /// <summary>Creates an empty one.</summary>
    /// <param name="room">The size of all together.</param>
    public RecentlyUsed(long room)
    {
        _room = room;
    }

    /// <summary>Finds a value and makes it the latest.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        lock (_gate)
        {
            value = null;
            if (_places.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value, long Size)>? place))
            {
                _order.Remove(place);
                _order.AddFirst(place);
                value = place.Value.Value;
            }

            return value is not null;
        }
    }

    /// <summary>Keeps a value, and lets go of the oldest ones where there is no room.</summary>
    public void Add(TKey key, TValue value, long size)
    {
        lock (_gate)
        {
            if (_places.Remove(key, out LinkedListNode<(TKey Key, TValue Value, long Size)>? known))
            {
                _order.Remove(known);
                _size -= known.Value.Size;
            }

            _places.Add(key, _order.AddFirst((key, value, size)));
            _size += size;
            while (_size > _room && _order.Count > 1)
            {
                (TKey oldest, _, long freed) = _order.Last!.Value;
                _order.RemoveLast();
                _ = _places.Remove(oldest);
                _size -= freed;
            }
        }
    }
}
