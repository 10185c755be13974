namespace Verifiable.Inference.Storage;

/// <summary>What stands in one segment. Immutable.</summary>
/// <param name="Header">The header; <see langword="null"/> where it is not readable, and nothing else was looked at.</param>
/// <param name="Length">The size of the file.</param>
internal sealed record SegmentScan(SegmentHeader? Header, long Length)
{
    /// <summary>Gets the last record of the last whole group.</summary>
    public StorePoint Tip { get; private init; }

    /// <summary>Gets where it ends.</summary>
    public long EndOffset { get; private init; }

    /// <summary>Gets the number of the first bad record; <see langword="null"/> where what stands behind the end, if anything does, is what a cut-off write left.</summary>
    public ulong? BadRecord { get; private init; }

    /// <summary>Gets the records whose hashes are wanted.</summary>
    public IReadOnlyList<StorePoint> Points { get; private init; } = [];

    /// <summary>Gets where some of the records begin.</summary>
    public IReadOnlyList<(ulong Sequence, long Offset)> Places { get; private init; } = [];

    /// <summary>Looks at a segment.</summary>
    public static SegmentScan Run(IStorageFolder folder, string name, JournalOptions options, HashSet<ulong> wanted, bool isLast)
    {
        using IStorageFile file = folder.Open(name);
        byte[] bytes = new byte[SegmentHeader.Bytes];
        int read = file.Read(bytes, 0);
        if (!SegmentHeader.TryRead(bytes.AsSpan(0, read), out SegmentHeader header) || header.First is 0 or > long.MaxValue)
        {
            return new SegmentScan(null, file.Length);
        }

        FrameReader reader = new(file, header, options.MaxRecordBytes);
        List<StorePoint> points = [];
        (StorePoint tip, long end, int pointsAtEnd) = (reader.Tip, reader.Offset, 0);
        List<(ulong Sequence, long Offset)> places = [];
        long noted = reader.Offset;
        long begin = reader.Offset;
        FrameStatus status;
        for (; (status = reader.Next()) == FrameStatus.Good; begin = reader.Offset)
        {
            if (begin - noted >= RecordPlaces.SpacingBytes)
            {
                noted = begin;
                places.Add((reader.Tip.Sequence, begin));
            }

            if (wanted.Contains(reader.Tip.Sequence))
            {
                points.Add(reader.Tip);
            }

            if (!reader.Frame.HasMore)
            {
                (tip, end, pointsAtEnd) = (reader.Tip, reader.Offset, points.Count);
            }
        }

        // Without the end of its group a record does not count.
        bool isTail = isLast && (status == FrameStatus.End || (status == FrameStatus.Torn && !reader.FindsLaterRecord(options.DropsUnprovenTail)));
        bool isWhole = status == FrameStatus.End && end == reader.Offset;
        return new SegmentScan(header, file.Length)
        {
            Tip = tip,
            EndOffset = end,
            BadRecord = isTail || isWhole ? null : reader.Tip.Sequence + 1,
            Points = points[..pointsAtEnd],
            Places = places,
        };
    }
}
