using Verifiable.Inference.Commitments;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>A kind of store under test: how it is opened, and what a restart leaves.</summary>
public abstract class StoreCase : IDisposable
{
    /// <summary>Makes an empty store.</summary>
    public abstract RecordStore Open(Digest identity);

    /// <summary>Closes a store and opens what it left behind; for a store that keeps nothing, the same store.</summary>
    public abstract RecordStore Reopen(RecordStore store);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

public sealed class MemoryCase : StoreCase
{
    public override RecordStore Open(Digest identity) => new MemoryRecordStore(identity);

    public override RecordStore Reopen(RecordStore store) => store;
}

/// <summary>A journal on a disk, with segments so small that there are many.</summary>
public sealed class JournalCase(FsyncPolicy policy) : StoreCase
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vinf-journal-").FullName;

    public override RecordStore Open(Digest identity) =>
        Journal.Open(_folder, new JournalOptions { Identity = identity, SegmentBytes = 4096, MaxRecordBytes = 2 << 20, Fsync = policy }).GetJournal();

    public override RecordStore Reopen(RecordStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Digest identity = store.Identity;
        store.Dispose();
        return Open(identity);
    }

    public override void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        base.Dispose();
    }
}
