namespace Verifiable.Inference.Onnx.Engines;

/// <summary>What one engine keeps between runs, bodies and all: plans, and the memory of runs. Beyond the limit goes what was not used for the longest time. Thread-safe.</summary>
/// <param name="limit">The most bytes that are kept.</param>
internal sealed class KeptMemory(long limit)
{
    // The latest first.
    private readonly LinkedList<KeptItem> _items = new();

    /// <summary>Gets the lock under which everything that is kept is found and changed.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Gets the bytes that are kept.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Keeps something, or moves it to the front; lets go of what does not fit any more. Called under the lock.</summary>
    internal void Keep(KeptItem item)
    {
        Remove(item);
        if (item.KeptBytes > limit)
        {
            // Nothing else would make room for it.
            item.LetGo();
            return;
        }

        _items.AddFirst(item.Position);
        Bytes += item.KeptBytes;
        while (Bytes > limit)
        {
            KeptItem oldest = _items.Last!.Value;
            oldest.LetGo();
            Remove(oldest);
        }
    }

    /// <summary>Keeps something no longer. Called under the lock.</summary>
    internal void Remove(KeptItem item)
    {
        if (item.Position.List is not null)
        {
            _items.Remove(item.Position);
            Bytes -= item.KeptBytes;
        }
    }
}
