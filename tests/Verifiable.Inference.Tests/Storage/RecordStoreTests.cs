using Verifiable.Inference.Commitments;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>The store in memory keeps the rules of all stores.</summary>
public sealed class MemoryRecordStoreTests : RecordStoreConformance
{
    protected override RecordStore Open() => new MemoryRecordStore(Digest.Of("store"u8));

    protected override RecordStore Reopen(RecordStore store) => store;
}

/// <summary>The journal keeps the rules of all stores, on a disk.</summary>
public abstract class JournalConformance(FsyncPolicy policy) : RecordStoreConformance, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vinf-journal-").FullName;
    private readonly JournalOptions _options = new() { Identity = Digest.Of("store"u8), SegmentBytes = 4096, MaxRecordBytes = 100_000, Fsync = policy };

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override RecordStore Open() => Journal.Open(_folder, _options).GetJournal();

    protected override RecordStore Reopen(RecordStore store)
    {
        store.Dispose();
        return Open();
    }
}

public sealed class JournalTests() : JournalConformance(FsyncPolicy.EachCommit);

public sealed class IntervalJournalTests() : JournalConformance(FsyncPolicy.Interval);

public sealed class UnsyncedJournalTests() : JournalConformance(FsyncPolicy.Never);
