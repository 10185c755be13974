namespace Verifiable.Inference.Onnx.Engines;

/// <summary>
/// Gives values whose size is known places in memory, so that values that are not needed at the same time share it: in the order of the graph nodes, each takes the
/// smallest gap that is large enough, or new memory. Immutable and thread-safe once made.
/// </summary>
internal sealed class MemoryPlan
{
    // A cache line: vectors of two values never share one.
    private const int Alignment = 64;
    private const long LargestBlock = 1L << 30;

    private readonly Dictionary<int, (int Block, int Offset)> _slots = [];
    private readonly List<long> _blocks = [];

    // Gaps by length, and by where they start and end, so that neighbours can be joined.
    private readonly SortedSet<(long Length, int Block, long Offset)> _gaps = [];
    private readonly Dictionary<(int Block, long Offset), long> _starts = [];
    private readonly Dictionary<(int Block, long Offset), long> _ends = [];

    /// <summary>Gets the lengths of the blocks of memory.</summary>
    internal IReadOnlyList<long> Blocks => _blocks;

    /// <summary>Gets the bytes of all blocks.</summary>
    internal long Bytes => _blocks.Sum();

    /// <summary>Places values.</summary>
    /// <param name="spans">For each place that owns memory: its length in bytes, and the first and the last position at which it is needed.</param>
    internal static MemoryPlan Make(IReadOnlyList<Span> spans)
    {
        var plan = new MemoryPlan();
        var ending = new PriorityQueue<Span, int>();
        foreach (Span span in spans.OrderBy(span => span.First).ThenByDescending(span => span.Bytes))
        {
            while (ending.TryPeek(out Span ended, out int last) && last < span.First)
            {
                ending.Dequeue();
                (int block, int offset) = plan._slots[ended.Place];
                plan.Free(block, offset, Round(ended.Bytes));
            }

            plan._slots[span.Place] = plan.Take(Round(span.Bytes));
            ending.Enqueue(span, span.Last);
        }

        return plan;
    }

    /// <summary>Finds the slot of a place.</summary>
    internal bool TryGet(int place, out (int Block, int Offset) slot) => _slots.TryGetValue(place, out slot);

    private static long Round(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private (int Block, int Offset) Take(long bytes)
    {
        foreach ((long length, int block, long offset) in _gaps.GetViewBetween((bytes, 0, 0), (long.MaxValue, 0, 0)))
        {
            Remove(block, offset, length);
            if (length > bytes)
            {
                Add(block, offset + bytes, length - bytes);
            }

            return (block, (int)offset);
        }

        if (_blocks.Count == 0 || _blocks[^1] + bytes > LargestBlock)
        {
            _blocks.Add(0);
        }

        // A gap at the end of the block grows instead of staying behind.
        long end = _blocks[^1];
        int last = _blocks.Count - 1;
        long start = _ends.TryGetValue((last, end), out long gap) ? gap : end;
        if (start < end)
        {
            Remove(last, start, end - start);
        }

        _blocks[^1] = start + bytes;
        return (last, (int)start);
    }

    private void Free(int block, long offset, long length)
    {
        if (_ends.TryGetValue((block, offset), out long before))
        {
            Remove(block, before, offset - before);
            length += offset - before;
            offset = before;
        }

        if (_starts.TryGetValue((block, offset + length), out long after))
        {
            Remove(block, offset + length, after);
            length += after;
        }

        Add(block, offset, length);
    }

    private void Add(int block, long offset, long length)
    {
        _gaps.Add((length, block, offset));
        _starts[(block, offset)] = length;
        _ends[(block, offset + length)] = offset;
    }

    private void Remove(int block, long offset, long length)
    {
        _gaps.Remove((length, block, offset));
        _starts.Remove((block, offset));
        _ends.Remove((block, offset + length));
    }

    /// <summary>When a value needs memory.</summary>
    /// <param name="Place">The place.</param>
    /// <param name="Bytes">Its length, 1 or more.</param>
    /// <param name="First">The position of the graph node that fills it.</param>
    /// <param name="Last">The position of the last graph node that reads it.</param>
    internal readonly record struct Span(int Place, long Bytes, int First, int Last);
}
