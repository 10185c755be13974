namespace Verifiable.Inference.Storage;

/// <summary>
/// Records that are kept together or not at all: a store that is opened again after a crash has all of them or none. Holds <see cref="RecordStore.Gate"/>; dispose it on
/// the thread that began it. Groups may be nested; the outermost one counts.
/// </summary>
public readonly ref struct RecordGroup : IDisposable
{
    private readonly RecordStore? _store;

    internal RecordGroup(RecordStore store)
    {
        _store = store;
    }

    /// <summary>Ends the group. Nothing waits for the disk here: commit afterwards.</summary>
    public void Dispose() => _store?.EndGroup();
}
