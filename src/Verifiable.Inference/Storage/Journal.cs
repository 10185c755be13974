using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>
/// A store on disk: segment files of records in a chain of hashes, one writer at a time, and snapshots beside them. What is acknowledged, and what a crash can lose, follows
/// from <see cref="FsyncPolicy"/>. Thread-safe. The format is described in <c>docs/reference/ledger.md</c>.
/// </summary>
public sealed partial class Journal : RecordStore
{
    private const int PendingLimit = 32 << 20;

    private readonly IStorageFolder _folder;
    private readonly IDisposable _writerLock;
    private readonly JournalOptions _options;
    private readonly Lock _files = new();
    private readonly List<SegmentHeader> _segments;
    private readonly RecordPlaces _places;
    private readonly PendingRecords _pending;
    private readonly GroupCommit _commit;

    private readonly ulong _checkedThrough;
    private IStorageFile _segment;
    private long _offset;
    private ulong _lastWritten;
    private ulong _closingRecord;
    private bool _dirty;
    private bool _disposed;
    private ITimer? _timer;

    private Journal(IStorageFolder folder, IDisposable writerLock, JournalOptions options, JournalScan scan, IStorageFile segment)
    {
        _folder = folder;
        _writerLock = writerLock;
        _options = options;
        _segments = scan.Segments;
        _places = scan.Places;
        _segment = segment;
        _offset = scan.EndOffset;
        _lastWritten = scan.Tip.Sequence;
        _closingRecord = scan.Tip.Sequence;
        _checkedThrough = scan.Tip.Sequence;
        _pending = new PendingRecords(scan.Tip, scan.Segments[0].Salt);
        _commit = new GroupCommit(scan.Tip.Sequence, options.Fsync == FsyncPolicy.EachCommit, Write, AwaitGroup);
    }

    /// <inheritdoc/>
    public override Digest Identity => _options.Identity;

    /// <inheritdoc/>
    public override int MaxRecordBytes => _options.MaxRecordBytes;

    /// <inheritdoc/>
    public override StorePoint Tip => _pending.Whole;

    /// <inheritdoc/>
    public override ulong DurableSequence => _commit.Durable;

    /// <inheritdoc/>
    public override ulong FirstSequence
    {
        get
        {
            lock (_files)
            {
                return _segments[0].First;
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<StoredRecord> Read(ulong after = 0)
    {
        ulong last = _pending.Whole.Sequence;
        if (_commit.Fault is null)
        {
            _commit.Wait(last, durable: false);
        }

        last = Math.Min(last, _commit.Written);
        SegmentHeader[] segments;
        lock (_files)
        {
            segments = [.. _segments];
        }

        return after < segments[0].First - 1
            ? throw new StoreException(StoreRefusal.Freed, $"The records before {segments[0].First} were freed.")
            : JournalReading.Read(_folder, segments, _options.MaxRecordBytes, after, last, _checkedThrough, _places);
    }

    /// <inheritdoc/>
    public override StoreSnapshot? FindSnapshot(byte stream)
    {
        lock (_files)
        {
            return SnapshotFolder.Find(_folder, Identity, stream);
        }
    }

    /// <inheritdoc/>
    public override ulong Free(ulong through)
    {
        lock (_files)
        {
            ulong limit = Math.Min(through, SnapshotFolder.FindSafeSequence(_folder, Identity));
            int freed = 0;
            try
            {
                while (freed + 1 < _segments.Count && _segments[freed + 1].First - 1 <= limit)
                {
                    _folder.Delete(_segments[freed].FileName);
                    freed++;

                    // One after the other: not every file system keeps the order of names that go, and a gap would look like damage.
                    _folder.Flush();
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw StoreException.From(exception);
            }
            finally
            {
                _segments.RemoveRange(0, freed);
            }

            return _segments[0].First;
        }
    }

    /// <inheritdoc/>
    protected override ulong AppendCore(byte stream, ReadOnlySpan<byte> content, bool inGroup)
    {
        _commit.ThrowIfFailed();
        ulong sequence = _pending.Append(stream, content, inGroup, _commit.Durable);
        if (!inGroup && _pending.Bytes > PendingLimit)
        {
            _commit.Wait(sequence, durable: false);
        }

        return sequence;
    }

    /// <inheritdoc/>
    protected override void EndGroupCore() => _pending.EndGroup(_commit.Durable);

    /// <inheritdoc/>
    protected override void AbandonGroupCore()
    {
        _pending.DropGroup();
        _commit.Fail(StoreException.Abandoned());
    }

    /// <inheritdoc/>
    protected override void CommitCore(ulong sequence)
    {
        ThrowIfAhead(sequence);
        _commit.Wait(sequence, _options.Fsync == FsyncPolicy.EachCommit);
        ScheduleFlush();
    }

    /// <inheritdoc/>
    protected override ValueTask CommitCoreAsync(ulong sequence)
    {
        ThrowIfAhead(sequence);
        ValueTask done = _commit.WaitAsync(sequence);
        ScheduleFlush();
        return done;
    }

    /// <inheritdoc/>
    protected override void MakeDurableCore(ulong sequence)
    {
        ThrowIfAhead(sequence);
        _commit.Wait(sequence, durable: true);
    }

    /// <inheritdoc/>
    protected override void WriteSnapshotCore(byte stream, StorePoint point, ReadOnlySpan<byte> content)
    {
        lock (_files)
        {
            _commit.ThrowIfFailed();
            bool isFlushing = false;
            try
            {
                SnapshotFile.Write(_folder, Identity, stream, point, content, ref isFlushing);
                SnapshotFolder.DeleteOld(_folder, stream);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                StoreException fault = StoreException.From(exception);
                if (isFlushing)
                {
                    // Rationale: a disk that failed to flush once is not asked whether the next time went well. Where there was no room only, the journal goes on.
                    _commit.Fail(fault);
                }

                throw fault;
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            try
            {
                if (_commit.Fault is null)
                {
                    WriteClosingRecord();
                }
            }
            catch (StoreException)
            {
                // What was acknowledged is safe, and nobody waits for the rest.
            }
            finally
            {
                _commit.Close();
                _timer?.Dispose();
                _segment.Dispose();
                _writerLock.Dispose();
            }
        }
    }

    // Written by one thread at a time: whoever leads the group commit.
    private ulong Write(bool durable)
    {
        ulong last = _pending.Take(out byte[]? bytes, out int length);
        if (bytes is not null)
        {
            if (_offset >= _options.SegmentBytes)
            {
                StartSegment(new Digest(bytes.AsSpan(0, Digest.Size)));
            }

            _dirty = true;
            _segment.Write(bytes.AsSpan(Digest.Size, length - Digest.Size), _offset);
            _places.NoteMany(_lastWritten + 1, _offset, bytes.AsSpan(Digest.Size, length - Digest.Size));
            _offset += length - Digest.Size;
            _lastWritten = last;
            _pending.Return(bytes);
        }

        if (durable && _dirty)
        {
            _segment.Flush();
            _dirty = false;
        }

        return last;
    }

    // The old segment is made durable first: only the last segment ever has a torn tail.
    private void StartSegment(Digest hashBefore)
    {
        if (_dirty)
        {
            _segment.Flush();
            _dirty = false;
        }

        SegmentHeader header = new(Identity, _lastWritten + 1, _segments[0].Salt, hashBefore);
        IStorageFile next = CreateSegment(_folder, header);
        _segment.Dispose();
        _segment = next;
        _offset = SegmentHeader.Bytes;
        lock (_files)
        {
            _segments.Add(header);
        }
    }

    // Says that everything before it is on disk, so that damage to the last group does not look like a write that was cut off.
    private void WriteClosingRecord()
    {
        if (IsInGroup)
        {
            // The group that this thread has not ended is lost, as in a crash: there is nobody to wait for.
            _commit.Wait(_pending.Whole.Sequence, durable: true);
            return;
        }

        ulong last = _pending.Sequence;
        _commit.Wait(last, durable: true);
        if (last != _closingRecord)
        {
            _closingRecord = _pending.Append(0, [], inGroup: false, _commit.Durable);
            _commit.Wait(_closingRecord, durable: true);
        }
    }

    private void ScheduleFlush()
    {
        if (_options.Fsync == FsyncPolicy.Interval && _commit.Written > _commit.Durable && Volatile.Read(ref _timer) is null)
        {
            lock (_files)
            {
                if (!_disposed && _timer is null)
                {
                    _timer = _options.Time.CreateTimer(static state => ((Journal)state!).OnTimer(), this, _options.FsyncInterval, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    private void OnTimer()
    {
        lock (_files)
        {
            _timer?.Dispose();
            _timer = null;
        }

        try
        {
            _commit.Wait(_commit.Written, durable: true);
        }
        catch (StoreException)
        {
            // The next who appends or waits is told.
        }
    }

    private void ThrowIfAhead(ulong sequence)
    {
        ulong last = _pending.Sequence;
        if (sequence > last)
        {
            // The record may have been there, in a group that was dropped.
            _commit.ThrowIfFailed();
            throw new ArgumentOutOfRangeException(nameof(sequence), sequence, $"Expected at most {last}.");
        }
    }

    private void AwaitGroup()
    {
        Gate.Enter();
        Gate.Exit();
    }
}
