using System.Buffers.Binary;

namespace Verifiable.Inference.Storage;

/// <summary>Where records begin in their segments, one for some tens of KiB, so that reading from a number does not begin at a segment's first record. Thread-safe.</summary>
internal sealed class RecordPlaces
{
    /// <summary>How many bytes lie at least between two places of one segment.</summary>
    public const int SpacingBytes = 1 << 15;

    private readonly Lock _lock = new();
    private readonly List<(ulong Sequence, long Offset)> _places = [];

    /// <summary>Notes where a record begins; numbers rise.</summary>
    public void Note(ulong sequence, long offset)
    {
        lock (_lock)
        {
            if (_places.Count == 0 || sequence > _places[^1].Sequence)
            {
                _places.Add((sequence, offset));
            }
        }
    }

    /// <summary>Notes records that were written one behind the other.</summary>
    /// <param name="sequence">The number of the first.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="records">Their bytes.</param>
    public void NoteMany(ulong sequence, long offset, ReadOnlySpan<byte> records)
    {
        long noted = GetLastOffset(offset);
        for (int at = 0; at < records.Length; sequence++)
        {
            if (offset + at - noted >= SpacingBytes)
            {
                noted = offset + at;
                Note(sequence, noted);
            }

            at += RecordFrame.OverheadBytes + BinaryPrimitives.ReadInt32LittleEndian(records[(at + sizeof(uint))..]);
        }
    }

    /// <summary>Finds the last place up to a record in its segment.</summary>
    /// <param name="first">The number of the segment's first record.</param>
    /// <param name="sequence">The number of the record.</param>
    /// <returns>A record's number and where it begins; the segment's first where none is known.</returns>
    public (ulong Sequence, long Offset) Find(ulong first, ulong sequence)
    {
        lock (_lock)
        {
            int index = _places.BinarySearch((sequence, long.MaxValue));
            index = index < 0 ? ~index - 1 : index;
            return index >= 0 && _places[index].Sequence > first ? _places[index] : (first, SegmentHeader.Bytes);
        }
    }

    // In a new segment offsets begin again.
    private long GetLastOffset(long offset)
    {
        lock (_lock)
        {
            return _places.Count > 0 && _places[^1].Offset <= offset ? _places[^1].Offset : SegmentHeader.Bytes;
        }
    }
}
