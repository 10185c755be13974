using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>Reads the records of one segment in their order, through a window that grows with the records that are there.</summary>
internal sealed class FrameReader
{
    private const int WindowBytes = 1 << 18;

    private readonly IStorageFile _file;
    private readonly ulong _salt;
    private readonly int _maxRecordBytes;
    private readonly long _length;

    private byte[] _window = new byte[WindowBytes];
    private long _start;
    private int _filled;

    /// <summary>Creates a reader that stands before a segment's first record.</summary>
    public FrameReader(IStorageFile file, SegmentHeader header, int maxRecordBytes)
    {
        _file = file;
        _salt = header.Salt;
        _maxRecordBytes = maxRecordBytes;
        _length = file.Length;
        Offset = SegmentHeader.Bytes;
        Tip = new StorePoint(header.First - 1, header.Base);
        _start = Offset - Digest.Size;
    }

    /// <summary>Gets where the next record begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Gets the last record that was read.</summary>
    public StorePoint Tip { get; private set; }

    /// <summary>Gets the frame of the last record that was read.</summary>
    public RecordFrame Frame { get; private set; }

    /// <summary>Gets the content of the last record that was read; good until the next is read.</summary>
    public ReadOnlyMemory<byte> Content { get; private set; }

    /// <summary>Goes on to a record whose place is known, before anything is read. What is hashed with it stands right before it, so that nothing else is needed.</summary>
    public void Skip((ulong Sequence, long Offset) place)
    {
        Offset = place.Offset;
        Tip = new StorePoint(place.Sequence - 1, default);
        _start = Offset - Digest.Size;
        _filled = 0;
    }

    /// <summary>Reads the next record.</summary>
    /// <param name="isChecked">Whether its hash was found right before, and need not be computed again.</param>
    public FrameStatus Next(bool isChecked = false)
    {
        if (Offset == _length)
        {
            return FrameStatus.End;
        }

        ReadOnlySpan<byte> chain = Look(RecordFrame.HeaderBytes);
        if (!RecordFrame.TryReadHeader(chain.IsEmpty ? chain : chain[Digest.Size..], _salt, _maxRecordBytes, out RecordFrame frame))
        {
            return FrameStatus.Torn;
        }

        if (frame.Sequence != Tip.Sequence + 1)
        {
            return FrameStatus.Misplaced;
        }

        chain = Look(frame.TotalBytes);
        if (chain.IsEmpty || !(isChecked || frame.IsWhole(chain)))
        {
            return FrameStatus.Torn;
        }

        Frame = frame;
        int content = (int)(Offset - _start) + RecordFrame.HeaderBytes;
        Content = _window.AsMemory(content, frame.Length);
        Tip = new StorePoint(frame.Sequence, new Digest(_window.AsSpan(content + frame.Length, Digest.Size)));
        Offset += frame.TotalBytes;
        return FrameStatus.Good;
    }

    /// <summary>Tells whether a record of this journal, of this number or a later one, begins somewhere behind the place where the next one is looked for.</summary>
    /// <param name="provenOnly">Whether only records count that were written after the one that is looked for was known to be on disk.</param>
    public bool FindsLaterRecord(bool provenOnly)
    {
        ulong sequence = Tip.Sequence + 1;
        byte[] window = new byte[WindowBytes];
        for (long start = Offset + 1; start < _length; start += WindowBytes - RecordFrame.HeaderBytes)
        {
            ReadOnlySpan<byte> bytes = window.AsSpan(0, _file.Read(window.AsSpan(0, (int)Math.Min(WindowBytes, _length - start)), start));
            for (int at = bytes.IndexOf("vrec"u8); at >= 0;)
            {
                bytes = bytes[at..];
                if (RecordFrame.TryReadHeader(bytes, _salt, _maxRecordBytes, out RecordFrame frame) && frame.Sequence >= sequence && (!provenOnly || frame.Durable >= sequence))
                {
                    return true;
                }

                bytes = bytes[1..];
                at = bytes.IndexOf("vrec"u8);
            }
        }

        return false;
    }

    // The hash before the next record and that many bytes of it; empty where they are not there.
    private ReadOnlySpan<byte> Look(int count)
    {
        if (_length - Offset < count)
        {
            return default;
        }

        long from = Offset - Digest.Size;
        int needed = Digest.Size + count;
        if (from + needed > _start + _filled)
        {
            int kept = (int)Math.Max(0, _start + _filled - from);
            byte[] target = needed > _window.Length ? new byte[Math.Max(needed, 2 * _window.Length)] : _window;
            _window.AsSpan(_filled - kept, kept).CopyTo(target);
            _window = target;
            _start = from;
            _filled = kept + _file.Read(_window.AsSpan(kept, (int)Math.Min(_window.Length - kept, _length - from - kept)), from + kept);
            if (_filled < needed)
            {
                return default;
            }
        }

        return _window.AsSpan((int)(from - _start), needed);
    }
}
