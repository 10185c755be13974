namespace Verifiable.Inference.Settlement;

/// <summary>Knows which heads are fresh: those that no entry followed longer ago than <see cref="InferenceLedger.MaxHeadAgeMilliseconds"/>. One item for each millisecond in which
/// something was entered. Not thread-safe.</summary>
internal sealed class HeadWindow
{
    private readonly Queue<(long Time, ulong First)> _times = new();
    private long _last = -1;

    /// <summary>Gets the times in the window, each with the first entry of that time.</summary>
    public IReadOnlyCollection<(long Time, ulong First)> Items => _times;

    /// <summary>Notes an entry.</summary>
    /// <returns>The number of the oldest head that is fresh at this time.</returns>
    public ulong Note(long time, ulong sequence)
    {
        if (time != _last)
        {
            _times.Enqueue((time, sequence));
            _last = time;
        }

        while (time - _times.Peek().Time > InferenceLedger.MaxHeadAgeMilliseconds)
        {
            _ = _times.Dequeue();
        }

        return _times.Peek().First - 1;
    }
}
