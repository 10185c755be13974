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

    // Classes and no structures: what the framework has compiled already for all classes, it would compile anew for each structure, in each process.
    private readonly Dictionary<int, Slot> _slots = [];
    private readonly List<long> _blocks = [];

    // Gaps by length, and by where they stand, so that neighbours can be joined.
    private readonly SortedSet<Gap> _gaps = new(new ByLength());
    private readonly SortedSet<Gap> _places = new(new ByPlace());

    /// <summary>Gets the lengths of the blocks of memory.</summary>
    internal IReadOnlyList<long> Blocks => _blocks;

    /// <summary>Gets the bytes of all blocks.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Places values.</summary>
    /// <param name="spans">For each place that owns memory: its length in bytes, and the first and the last position at which it is needed.</param>
    internal static MemoryPlan Make(IReadOnlyList<Span> spans)
    {
        var plan = new MemoryPlan();
        List<Span> starting = [.. spans];
        starting.Sort(new ByFirst());
        List<Span> ending = [.. spans];
        ending.Sort(new ByLast());
        int ended = 0;
        foreach (Span span in starting)
        {
            for (; ending[ended].Last < span.First; ended++)
            {
                Slot slot = plan._slots[ending[ended].Place];
                plan.Free(slot.Block, slot.Offset, Round(ending[ended].Bytes));
            }

            plan._slots[span.Place] = plan.Take(Round(span.Bytes)) with { Span = span };
        }

        foreach (long block in plan._blocks)
        {
            plan.Bytes += block;
        }

        return plan;
    }

    /// <summary>Tells whether values of other lengths can stand where these do: each within the bytes of its slot, none needed at another time, and all of them in no less
    /// than half of the bytes.</summary>
    internal bool Fits(IReadOnlyList<Span> spans)
    {
        bool fits = spans.Count == _slots.Count;
        (long needed, long given) = (0, 0);
        for (int i = 0; fits && i < spans.Count; i++)
        {
            Span span = spans[i];
            fits = Find(span.Place)?.Span is { } planned && span.Bytes <= planned.Bytes && span.First == planned.First && span.Last == planned.Last;
            needed += span.Bytes;
            given += fits ? Find(span.Place)!.Span!.Bytes : 0;
        }

        return fits && given / 2 <= needed;
    }

    /// <summary>Finds the slot of a place; <see langword="null"/> where it has none.</summary>
    internal Slot? Find(int place) => _slots.GetValueOrDefault(place);

    private static long Round(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private Slot Take(long bytes)
    {
        Gap? smallest = _gaps.GetViewBetween(new Gap(bytes, 0, 0), new Gap(long.MaxValue, 0, 0)).Min;
        if (smallest is not null)
        {
            Remove(smallest);
            if (smallest.Length > bytes)
            {
                Add(new Gap(smallest.Length - bytes, smallest.Block, smallest.Offset + bytes));
            }

            return new Slot(smallest.Block, (int)smallest.Offset);
        }

        if (_blocks.Count == 0 || _blocks[^1] + bytes > LargestBlock)
        {
            _blocks.Add(0);
        }

        // A gap at the end of the block grows instead of staying behind.
        long start = _blocks[^1];
        int last = _blocks.Count - 1;
        if (Before(last, start) is Gap gap && gap.End == start)
        {
            Remove(gap);
            start = gap.Offset;
        }

        _blocks[^1] = start + bytes;
        return new Slot(last, (int)start);
    }

    private void Free(int block, long offset, long length)
    {
        if (Before(block, offset) is Gap before && before.End == offset)
        {
            Remove(before);
            length += before.Length;
            offset = before.Offset;
        }

        if (_places.TryGetValue(new Gap(0, block, offset + length), out Gap? after))
        {
            Remove(after);
            length += after.Length;
        }

        Add(new Gap(length, block, offset));
    }

    // The last gap of a block that starts before an offset.
    private Gap? Before(int block, long offset) => offset == 0 ? null : _places.GetViewBetween(new Gap(0, block, 0), new Gap(0, block, offset - 1)).Max;

    private void Add(Gap gap)
    {
        _gaps.Add(gap);
        _places.Add(gap);
    }

    private void Remove(Gap gap)
    {
        _gaps.Remove(gap);
        _places.Remove(gap);
    }

    /// <summary>Where a value stands.</summary>
    internal sealed record Slot(int Block, int Offset)
    {
        /// <summary>Gets what it was made for.</summary>
        internal Span? Span { get; init; }
    }

    /// <summary>When a value needs memory.</summary>
    /// <param name="Place">The place.</param>
    /// <param name="Bytes">Its length, 1 or more.</param>
    /// <param name="First">The position of the graph node that fills it.</param>
    /// <param name="Last">The position of the last graph node that reads it.</param>
    internal sealed record Span(int Place, long Bytes, int First, int Last);

    private sealed record Gap(long Length, int Block, long Offset)
    {
        internal long End => Offset + Length;
    }

    // Of those that are needed at the same time first, the longest one.
    private sealed class ByFirst : IComparer<Span>
    {
        public int Compare(Span? x, Span? y) =>
            x!.First != y!.First ? x.First.CompareTo(y.First) : x.Bytes != y.Bytes ? y.Bytes.CompareTo(x.Bytes) : x.Place.CompareTo(y.Place);
    }

    private sealed class ByLast : IComparer<Span>
    {
        public int Compare(Span? x, Span? y) => x!.Last != y!.Last ? x.Last.CompareTo(y.Last) : x.Place.CompareTo(y.Place);
    }

    private sealed class ByLength : IComparer<Gap>
    {
        public int Compare(Gap? x, Gap? y) =>
            x!.Length != y!.Length ? x.Length.CompareTo(y.Length) : x.Block != y.Block ? x.Block.CompareTo(y.Block) : x.Offset.CompareTo(y.Offset);
    }

    private sealed class ByPlace : IComparer<Gap>
    {
        public int Compare(Gap? x, Gap? y) => x!.Block != y!.Block ? x.Block.CompareTo(y.Block) : x.Offset.CompareTo(y.Offset);
    }
}
