namespace Verifiable.Inference.Storage;

/// <summary>
/// Records that are kept together or not at all: a store that is opened again after a crash has all of them or none. Holds <see cref="RecordStore.Gate"/>; dispose it on
/// the thread that began it. Groups may be nested; the outermost one counts.
/// </summary>
/// <remarks>
/// Call <see cref="Complete"/> before it is disposed. A group that is left without, by an exception above all, is dropped with all its records, and the store is closed as
/// <see cref="StoreRefusal.Abandoned"/>: whoever appended them has already changed its state, and opening again is the only way back that needs no repair.
/// </remarks>
public readonly ref struct RecordGroup : IDisposable
{
    private readonly RecordStore? _store;
    private readonly int _depth;
    private readonly ulong _appendsBefore;

    internal RecordGroup(RecordStore store, int depth, ulong appendsBefore)
    {
        _store = store;
        _depth = depth;
        _appendsBefore = appendsBefore;
    }

    /// <summary>Says that the group is whole. The last thing that is done in it: a record that is appended afterwards makes it unfinished again.</summary>
    /// <exception cref="InvalidOperationException">The group has ended, an inner one has not, or another thread began it.</exception>
    public void Complete() => _store?.CompleteGroup(_depth);

    /// <summary>Ends the group; a second time does nothing. Nothing waits for the disk here: commit afterwards.</summary>
    /// <exception cref="InvalidOperationException">An inner group has not ended.</exception>
    public void Dispose() => _store?.EndGroup(_depth, _appendsBefore);
}
