using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>
/// An append-only sequence of records in a chain of hashes, shared by state machines that must survive a crash together. Each owner writes records of its own stream; the
/// numbers run over all streams, so that what happened first stays first. Thread-safe.
/// </summary>
/// <remarks>
/// An owner changes its state and appends under <see cref="Gate"/>, leaves it, and waits by <see cref="Commit"/> before it tells anybody. Many waiters share one write to
/// the disk. What a store must do, <c>RecordStoreConformance</c> in the tests says.
/// </remarks>
public abstract class RecordStore : IDisposable
{
    /// <summary>The largest size of a record in bytes that any store takes: 64 MiB.</summary>
    public const int LargestRecordBytes = 64 << 20;

    /// <summary>The largest size of a snapshot in bytes that any store takes: 1 GiB.</summary>
    public const int LargestSnapshotBytes = 1 << 30;

    private int _groups;
    private int _completed;
    private ulong _groupAppends;
    private bool _isAbandoned;

    /// <summary>Gets the lock under which owners change their state and append, so that the order of records is the order of changes, over all owners.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Gets what the store belongs to; chains of two identities never meet.</summary>
    public abstract Digest Identity { get; }

    /// <summary>Gets the last record that was appended, whether or not it is on disk; before the first, number 0 and a hash of the identity.</summary>
    public abstract StorePoint Tip { get; }

    /// <summary>Gets the number of the first record that can still be read; one more than the tip's where there is none.</summary>
    public abstract ulong FirstSequence { get; }

    /// <summary>Gets the number of the last record that no crash can lose.</summary>
    public abstract ulong DurableSequence { get; }

    /// <summary>Gets the largest size of a record in bytes.</summary>
    public abstract int MaxRecordBytes { get; }

    /// <summary>Gets a value indicating whether the calling thread is inside a group.</summary>
    protected bool IsInGroup => _groups > 0 && Gate.IsHeldByCurrentThread;

    /// <summary>Gets a value indicating whether the calling thread is inside a group.</summary>
    internal bool IsInGroupOfThisThread => IsInGroup;

    /// <summary>Appends a record. It can be lost until it is committed.</summary>
    /// <param name="stream">Whose record it is, 1 or more; 0 is the store's own.</param>
    /// <param name="content">The bytes, at most <see cref="MaxRecordBytes"/>; none is allowed.</param>
    /// <returns>The record's number.</returns>
    /// <exception cref="StoreException">The record is too large, or the store is closed; nothing was appended.</exception>
    public ulong Append(byte stream, ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfZero(stream);
        if (content.Length > MaxRecordBytes)
        {
            throw new StoreException(StoreRefusal.TooLarge, $"Expected at most {MaxRecordBytes} bytes in a record, got {content.Length}.");
        }

        lock (Gate)
        {
            _groupAppends += _groups > 0 ? 1UL : 0;
            _completed = 0;
            return AppendCore(stream, content, _groups > 0);
        }
    }

    /// <summary>
    /// Begins a group of records that are kept together or not at all. Until it is disposed, this thread holds <see cref="Gate"/> and commits do nothing. A group that is left
    /// without <see cref="RecordGroup.Complete"/> is dropped, and closes the store if records were appended in it.
    /// </summary>
    public RecordGroup BeginGroup()
    {
        Gate.Enter();
        _groups++;
        return new RecordGroup(this, _groups, _groupAppends);
    }

    /// <summary>Waits until the records up to a number may be acknowledged, by the store's policy. Does nothing inside a group: commit when it has ended.</summary>
    /// <exception cref="StoreException">The store failed; whether the records are kept shows when it is opened again.</exception>
    public void Commit(ulong sequence)
    {
        if (!IsInGroup)
        {
            CommitCore(sequence);
        }
    }

    /// <summary>Waits without a thread until the records up to a number may be acknowledged, by the store's policy. Does nothing inside a group.</summary>
    /// <exception cref="StoreException">The store failed; whether the records are kept shows when it is opened again.</exception>
    public ValueTask CommitAsync(ulong sequence) => IsInGroup ? ValueTask.CompletedTask : CommitCoreAsync(sequence);

    /// <summary>Waits until no crash can lose the records up to a number, whatever the policy. For what is signed, or cannot be taken back.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is inside a group.</exception>
    public void MakeDurable(ulong sequence)
    {
        if (IsInGroup)
        {
            throw new InvalidOperationException("A group cannot be made durable before it has ended.");
        }

        MakeDurableCore(sequence);
    }

    /// <summary>Reads the records after a number in their order, of all streams but the store's own, up to the tip at the time of the call.</summary>
    /// <param name="after">The number of the last record that is not wanted; 0 for all.</param>
    /// <exception cref="StoreException">The records were freed, or are damaged.</exception>
    public abstract IEnumerable<StoredRecord> Read(ulong after = 0);

    /// <summary>Keeps a snapshot in place of the stream's older ones, after the records up to it are durable.</summary>
    /// <param name="stream">Whose snapshot it is, 1 or more.</param>
    /// <param name="point">The last record that is in it: the <see cref="Tip"/> when it was taken.</param>
    /// <param name="content">The owner's own encoding.</param>
    /// <exception cref="StoreException">The snapshot is too large, or the store failed; the older snapshot is still there.</exception>
    public void WriteSnapshot(byte stream, StorePoint point, ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfZero(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(point.Sequence, Tip.Sequence, nameof(point));
        if (content.Length > LargestSnapshotBytes)
        {
            throw new StoreException(StoreRefusal.TooLarge, $"Expected at most {LargestSnapshotBytes} bytes in a snapshot, got {content.Length}.");
        }

        MakeDurable(point.Sequence);
        WriteSnapshotCore(stream, point, content);
    }

    /// <summary>Finds the newest snapshot of a stream that is whole and of this store's history; <see langword="null"/> when there is none.</summary>
    public abstract StoreSnapshot? FindSnapshot(byte stream);

    /// <summary>
    /// Frees room that records up to a number take, as far as every stream that has a snapshot has one at or after them. Whole pieces only: some may stay. The caller
    /// answers for streams without a snapshot.
    /// </summary>
    /// <returns>The number of the first record that can still be read.</returns>
    public abstract ulong Free(ulong through);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Says that the innermost group is whole.</summary>
    /// <param name="depth">The group's own depth, 1 for the outermost.</param>
    internal void CompleteGroup(int depth)
    {
        if (!IsInGroup || _groups != depth)
        {
            throw new InvalidOperationException("Expected the innermost group of this thread that has not ended.");
        }

        _completed = depth;
    }

    /// <summary>Ends the innermost group.</summary>
    /// <param name="depth">The group's own depth, 1 for the outermost.</param>
    /// <param name="appendsBefore">How many records were appended in groups when it began.</param>
    internal void EndGroup(int depth, ulong appendsBefore)
    {
        if (!IsInGroup || _groups < depth)
        {
            return;
        }

        if (_groups > depth)
        {
            throw new InvalidOperationException("Expected the groups inside this one to have ended.");
        }

        try
        {
            _isAbandoned |= _completed != _groups && _groupAppends != appendsBefore;
            _completed = 0;
            if (--_groups == 0)
            {
                bool isAbandoned = _isAbandoned;
                _isAbandoned = false;
                if (isAbandoned)
                {
                    AbandonGroupCore();
                }
                else
                {
                    EndGroupCore();
                }
            }
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Appends a record; called under <see cref="Gate"/>.</summary>
    /// <param name="stream">Whose record it is.</param>
    /// <param name="content">The bytes, not too many.</param>
    /// <param name="inGroup">Whether the record is kept only if the records up to the group's end are.</param>
    protected abstract ulong AppendCore(byte stream, ReadOnlySpan<byte> content, bool inGroup);

    /// <summary>Ends the outermost group; called under <see cref="Gate"/>.</summary>
    protected abstract void EndGroupCore();

    /// <summary>Drops the records of the outermost group and closes the store as <see cref="StoreRefusal.Abandoned"/>; called under <see cref="Gate"/>.</summary>
    protected abstract void AbandonGroupCore();

    /// <summary>Waits until the records up to a number may be acknowledged.</summary>
    protected abstract void CommitCore(ulong sequence);

    /// <summary>Waits without a thread until the records up to a number may be acknowledged.</summary>
    protected abstract ValueTask CommitCoreAsync(ulong sequence);

    /// <summary>Waits until no crash can lose the records up to a number.</summary>
    protected abstract void MakeDurableCore(ulong sequence);

    /// <summary>Keeps a snapshot; the records up to it are durable.</summary>
    protected abstract void WriteSnapshotCore(byte stream, StorePoint point, ReadOnlySpan<byte> content);

    /// <summary>Closes the store; what was appended is committed first, if the store has not failed.</summary>
    protected abstract void Dispose(bool disposing);
}
