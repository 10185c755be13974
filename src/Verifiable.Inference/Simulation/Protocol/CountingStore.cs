using Verifiable.Inference.Commitments;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>A store that counts records and keeps none: a simulated world ends with its process, and nobody opens its ledger again. Not thread-safe: a world runs on one thread.</summary>
/// <remarks>The ledger above it does all it does elsewhere: its rules, its chain, its heads. Only what would be read after a crash is not there.</remarks>
internal sealed class CountingStore(Digest identity) : RecordStore
{
    private ulong _records;

    /// <inheritdoc/>
    public override Digest Identity { get; } = identity;

    /// <inheritdoc/>
    public override int MaxRecordBytes => 16 << 20;

    /// <inheritdoc/>
    public override StorePoint Tip => _records == 0
        ? new StorePoint(0, StoreChain.Genesis(Identity))
        : throw new NotSupportedException("The records of a simulated world are not kept: there is no hash of them.");

    /// <inheritdoc/>
    public override ulong FirstSequence => _records + 1;

    /// <inheritdoc/>
    public override ulong DurableSequence => _records;

    /// <inheritdoc/>
    public override IEnumerable<StoredRecord> Read(ulong after = 0) =>
        after >= _records ? [] : throw new StoreException(StoreRefusal.Freed, "The records of a simulated world are not kept.");

    /// <inheritdoc/>
    public override StoreSnapshot? FindSnapshot(byte stream) => null;

    /// <inheritdoc/>
    public override ulong Free(ulong through) => FirstSequence;

    /// <inheritdoc/>
    protected override ulong AppendCore(byte stream, ReadOnlySpan<byte> content, bool inGroup) => ++_records;

    /// <inheritdoc/>
    protected override void EndGroupCore()
    {
        // Nothing is kept, of a group or without one.
    }

    /// <inheritdoc/>
    protected override void AbandonGroupCore() => throw new NotSupportedException("A simulated world does not take back what it did.");

    /// <inheritdoc/>
    protected override void CommitCore(ulong sequence)
    {
        // There is nothing to wait for.
    }

    /// <inheritdoc/>
    protected override ValueTask CommitCoreAsync(ulong sequence) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override void MakeDurableCore(ulong sequence)
    {
        // There is nothing to wait for.
    }

    /// <inheritdoc/>
    protected override void WriteSnapshotCore(byte stream, StorePoint point, ReadOnlySpan<byte> content) => throw new NotSupportedException("A simulated world is not kept.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Nothing is held.
    }
}
