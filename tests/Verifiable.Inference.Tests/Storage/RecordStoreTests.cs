using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

public sealed class MemoryRecordStoreTests() : RecordStoreConformance(new MemoryCase());

public sealed class JournalConformanceTests() : RecordStoreConformance(new JournalCase(FsyncPolicy.EachCommit));

public sealed class IntervalJournalConformanceTests() : RecordStoreConformance(new JournalCase(FsyncPolicy.Interval));

public sealed class UnsyncedJournalConformanceTests() : RecordStoreConformance(new JournalCase(FsyncPolicy.Never));
