using System.Runtime.InteropServices;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>A store in memory, for tests and for state that need not outlive the process. Commits wait for nothing. Thread-safe.</summary>
public sealed class MemoryRecordStore : RecordStore
{
    private const int BlockBytes = 1 << 20;

    private readonly Lock _lock = new();
    private readonly List<byte[]?> _blocks = [[]];

    // Without references, so that the collector has nothing to look for in a list that may be long.
    private readonly List<Place> _records = [];
    private readonly Dictionary<byte, StoreSnapshot> _snapshots = [];
    private int _used;
    private int _freedBlocks;

    // The records outside a group that has not ended.
    private int _whole;
    private ulong _freed;
    private StorePoint _hashed;
    private bool _isAbandoned;
    private bool _disposed;

    /// <summary>Creates an empty store.</summary>
    /// <param name="identity">What the store belongs to.</param>
    public MemoryRecordStore(Digest identity = default)
    {
        Identity = identity;
        _hashed = new StorePoint(0, StoreChain.Genesis(identity));
    }

    /// <inheritdoc/>
    public override Digest Identity { get; }

    /// <inheritdoc/>
    public override int MaxRecordBytes => 16 << 20;

    /// <inheritdoc/>
    /// <remarks>Hashes are computed when somebody asks.</remarks>
    public override StorePoint Tip
    {
        get
        {
            lock (_lock)
            {
                HashTo(_freed + (ulong)_whole);
                return _hashed;
            }
        }
    }

    /// <inheritdoc/>
    public override ulong FirstSequence
    {
        get
        {
            lock (_lock)
            {
                return _freed + 1;
            }
        }
    }

    /// <inheritdoc/>
    public override ulong DurableSequence
    {
        get
        {
            lock (_lock)
            {
                return _freed + (ulong)_whole;
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<StoredRecord> Read(ulong after = 0)
    {
        Place[] records;
        byte[]?[] blocks;
        ulong first;
        lock (_lock)
        {
            if (after < _freed)
            {
                throw new StoreException(StoreRefusal.Freed, $"The records before {_freed + 1} were freed.");
            }

            first = Math.Min(after - _freed, (ulong)_whole);
            records = CollectionsMarshal.AsSpan(_records)[(int)first.._whole].ToArray();
            blocks = [.. _blocks];
            first += _freed + 1;
        }

        return records.Select((record, index) => new StoredRecord(first + (ulong)index, record.Stream, blocks[record.Block].AsMemory(record.Offset, record.Length)));
    }

    /// <inheritdoc/>
    public override StoreSnapshot? FindSnapshot(byte stream)
    {
        lock (_lock)
        {
            return _snapshots.GetValueOrDefault(stream);
        }
    }

    /// <inheritdoc/>
    public override ulong Free(ulong through)
    {
        lock (_lock)
        {
            ulong limit = Math.Min(through, _snapshots.Values.Select(static snapshot => snapshot.Point.Sequence).DefaultIfEmpty().Min());
            if (limit > _freed)
            {
                HashTo(limit);
                _records.RemoveRange(0, (int)(limit - _freed));
                _whole -= (int)(limit - _freed);
                _freed = limit;
                FreeBlocks(_records.Count > 0 ? _records[0].Block : _blocks.Count - 1);
            }

            return _freed + 1;
        }
    }

    /// <inheritdoc/>
    protected override ulong AppendCore(byte stream, ReadOnlySpan<byte> content, bool inGroup)
    {
        lock (_lock)
        {
            ThrowIfClosed();
            byte[] block = _blocks[^1]!;
            if (block.Length - _used < content.Length)
            {
                block = GC.AllocateUninitializedArray<byte>(Math.Max(BlockBytes, content.Length));
                _blocks.Add(block);
                _used = 0;
            }

            content.CopyTo(block.AsSpan(_used));
            _records.Add(new Place(_blocks.Count - 1, _used, content.Length, stream));
            _used += content.Length;
            _whole = inGroup ? _whole : _records.Count;
            return _freed + (ulong)_records.Count;
        }
    }

    /// <inheritdoc/>
    protected override void EndGroupCore()
    {
        lock (_lock)
        {
            _whole = _records.Count;
        }
    }

    /// <inheritdoc/>
    protected override void AbandonGroupCore()
    {
        lock (_lock)
        {
            _records.RemoveRange(_whole, _records.Count - _whole);
            _isAbandoned = true;
        }
    }

    /// <inheritdoc/>
    protected override void CommitCore(ulong sequence)
    {
        lock (_lock)
        {
            if (sequence > _freed + (ulong)_whole)
            {
                ThrowIfClosed();
                throw new ArgumentOutOfRangeException(nameof(sequence), sequence, $"Expected at most {_freed + (ulong)_whole}.");
            }
        }
    }

    /// <inheritdoc/>
    protected override ValueTask CommitCoreAsync(ulong sequence)
    {
        CommitCore(sequence);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void MakeDurableCore(ulong sequence) => CommitCore(sequence);

    /// <inheritdoc/>
    protected override void WriteSnapshotCore(byte stream, StorePoint point, ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            _snapshots[stream] = new StoreSnapshot(stream, point, new OpaqueBytes(content));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _disposed = true;
        }
    }

    private void ThrowIfClosed()
    {
        if (_disposed || _isAbandoned)
        {
            throw _isAbandoned ? StoreException.Abandoned() : new StoreException(StoreRefusal.Closed, "The store is closed.");
        }
    }

    // The last block stays: it is being filled. A slot of the list is all that is left of the others.
    private void FreeBlocks(int end)
    {
        for (int block = _freedBlocks; block < end; block++)
        {
            _blocks[block] = null;
        }

        _freedBlocks = Math.Max(_freedBlocks, end);
    }

    // The chain of a journal without salt, in which every record is durable before the next.
    private void HashTo(ulong sequence)
    {
        if (_hashed.Sequence < _freed)
        {
            throw new InvalidOperationException("Records were freed before they were hashed.");
        }

        byte[] chain = [];
        while (_hashed.Sequence < sequence)
        {
            (int block, int offset, int length, byte stream) = _records[(int)(_hashed.Sequence - _freed)];
            RecordFrame frame = new(length, _hashed.Sequence + 1, _hashed.Sequence, stream, HasMore: false);
            int needed = Digest.Size + frame.TotalBytes;
            chain = chain.Length < needed ? new byte[2 * needed] : chain;
            _hashed.Hash.CopyTo(chain);
            frame.Write(chain.AsSpan(0, needed), 0, _blocks[block].AsSpan(offset, length));
            _hashed = new StorePoint(frame.Sequence, new Digest(chain.AsSpan(needed - Digest.Size, Digest.Size)));
        }
    }

    private readonly record struct Place(int Block, int Offset, int Length, byte Stream);
}
