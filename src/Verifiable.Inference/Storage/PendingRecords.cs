using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>
/// Records that are appended and not yet written: the hash before the first of them, then their bytes as they go into the file. The last record of an open group is held
/// back until it is known whether another follows. Thread-safe.
/// </summary>
internal sealed class PendingRecords
{
    private const int KeptBytes = 1 << 22;

    private readonly Lock _lock = new();
    private readonly ulong _salt;
    private byte[] _bytes = new byte[1 << 16];
    private byte[]? _spare;
    private int _length = Digest.Size;
    private int _whole = Digest.Size;
    private ulong _encoded;
    private ulong _wholeSequence;
    private (byte Stream, byte[] Content)? _held;

    /// <summary>Begins after a record.</summary>
    public PendingRecords(StorePoint tip, ulong salt)
    {
        _salt = salt;
        _encoded = tip.Sequence;
        _wholeSequence = tip.Sequence;
        tip.Hash.CopyTo(_bytes);
    }

    /// <summary>Gets the number of the last record that was appended.</summary>
    public ulong Sequence
    {
        get
        {
            lock (_lock)
            {
                return _encoded + (_held is null ? 0UL : 1);
            }
        }
    }

    /// <summary>Gets the last record outside a group that has not ended.</summary>
    public StorePoint Whole
    {
        get
        {
            lock (_lock)
            {
                return new StorePoint(_wholeSequence, new Digest(_bytes.AsSpan(_whole - Digest.Size, Digest.Size)));
            }
        }
    }

    /// <summary>Gets how many bytes wait.</summary>
    public int Bytes
    {
        get
        {
            lock (_lock)
            {
                return _length;
            }
        }
    }

    /// <summary>Appends a record.</summary>
    public ulong Append(byte stream, ReadOnlySpan<byte> content, bool inGroup, ulong durable)
    {
        lock (_lock)
        {
            if (inGroup)
            {
                EncodeHeld(hasMore: true, durable);
                _held = (stream, content.ToArray());
                return _encoded + 1;
            }

            Encode(stream, content, hasMore: false, durable);
            return _encoded;
        }
    }

    /// <summary>Ends the open group.</summary>
    public void EndGroup(ulong durable)
    {
        lock (_lock)
        {
            EncodeHeld(hasMore: false, durable);
        }
    }

    /// <summary>Drops the open group.</summary>
    public void DropGroup()
    {
        lock (_lock)
        {
            (_held, _length, _encoded) = (null, _whole, _wholeSequence);
        }
    }

    /// <summary>Takes all whole groups out; give the array back by <see cref="Return"/>.</summary>
    /// <param name="bytes">The hash before the first record, then the records; <see langword="null"/> where there are none.</param>
    /// <param name="length">The number of bytes in use.</param>
    /// <returns>The number of the last whole record.</returns>
    public ulong Take(out byte[]? bytes, out int length)
    {
        lock (_lock)
        {
            bytes = null;
            length = _whole;
            if (_whole > Digest.Size)
            {
                bytes = _bytes;
                ReadOnlySpan<byte> rest = _bytes.AsSpan(_whole - Digest.Size, _length - _whole + Digest.Size);
                byte[] next = _spare is not null && _spare.Length >= rest.Length ? _spare : new byte[Math.Max(rest.Length, 1 << 16)];
                rest.CopyTo(next);
                _spare = null;
                _bytes = next;
                _length = rest.Length;
                _whole = Digest.Size;
            }

            return _wholeSequence;
        }
    }

    /// <summary>Gives an array back to be used again.</summary>
    public void Return(byte[] bytes)
    {
        lock (_lock)
        {
            _spare = bytes.Length <= KeptBytes ? bytes : _spare;
        }
    }

    private void EncodeHeld(bool hasMore, ulong durable)
    {
        if (_held is { } held)
        {
            _held = null;
            Encode(held.Stream, held.Content, hasMore, durable);
        }
    }

    private void Encode(byte stream, ReadOnlySpan<byte> content, bool hasMore, ulong durable)
    {
        RecordFrame frame = new(content.Length, _encoded + 1, durable, stream, hasMore);
        int needed = _length + frame.TotalBytes;
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        }

        frame.Write(_bytes.AsSpan(_length - Digest.Size, Digest.Size + frame.TotalBytes), _salt, content);
        _length = needed;
        _encoded++;
        if (!hasMore)
        {
            _whole = _length;
            _wholeSequence = _encoded;
        }
    }
}
