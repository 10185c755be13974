using System.Runtime.ExceptionServices;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>
/// Looks at every record of a journal's folder and says where it ends. Changes nothing. What is left of a write that a crash cut off is no fault: it was never
/// acknowledged. Everything else that is not as it was written is.
/// </summary>
internal sealed class JournalScan
{
    private readonly IStorageFolder _folder;
    private readonly JournalOptions _options;
    private readonly Digest? _identity;
    private readonly HashSet<ulong> _wanted;

    /// <summary>Prepares to look.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">The limits to hold.</param>
    /// <param name="identity">Whose journal it must be; <see langword="null"/> for anybody's.</param>
    /// <param name="wanted">The numbers of records whose hashes are wanted.</param>
    public JournalScan(IStorageFolder folder, JournalOptions options, Digest? identity, IEnumerable<ulong> wanted)
    {
        _folder = folder;
        _options = options;
        _identity = identity;
        _wanted = [.. wanted];
    }

    /// <summary>Gets the headers of the segments, in their order.</summary>
    public List<SegmentHeader> Segments { get; } = [];

    /// <summary>Gets where some of the records begin.</summary>
    public RecordPlaces Places { get; } = new();

    /// <summary>Gets the hashes that were wanted, as far as they are there.</summary>
    public Dictionary<ulong, Digest> Hashes { get; } = [];

    /// <summary>Gets the last good record.</summary>
    public StorePoint Tip { get; private set; }

    /// <summary>Gets where the last segment's good records end.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Gets how many bytes a cut-off write left behind them.</summary>
    public long TornBytes { get; private set; }

    /// <summary>Gets the last segment's file where a crash cut off its making; it holds no record.</summary>
    public string? UnfinishedSegment { get; private set; }

    /// <summary>Gets what is wrong.</summary>
    public StoreRefusal Refusal { get; private set; }

    /// <summary>Gets the number of the first bad record.</summary>
    public ulong? BadRecord { get; private set; }

    /// <summary>Gets the number of the first record that is there, or would be next.</summary>
    public ulong FirstSequence => Segments.Count > 0 ? Segments[0].First : 1;

    /// <summary>Looks at everything.</summary>
    public void Run()
    {
        List<(string Name, ulong First)> files = [];
        foreach (string name in _folder.GetNames())
        {
            if (SegmentHeader.TryParseName(name, out ulong first))
            {
                files.Add((name, first));
            }
        }

        if (_identity is { } identity)
        {
            Tip = new StorePoint(0, StoreChain.Genesis(identity));
        }

        // Each segment's records can be checked alone: its header says what hash it begins with.
        SegmentScan[] scans = new SegmentScan[files.Count];
        try
        {
            _ = Parallel.For(0, scans.Length, index => scans[index] = SegmentScan.Run(_folder, files[index].Name, _options, _wanted, index == scans.Length - 1));
        }
        catch (AggregateException exception) when (exception.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
        }

        for (int i = 0; i < scans.Length && Refusal == StoreRefusal.None; i++)
        {
            if (scans[i].Header is { } header)
            {
                Refusal = CheckHeader(header, files[i].First);
                BadRecord = Refusal == StoreRefusal.MissingSegment ? Tip.Sequence + 1 : null;
                Take(header, scans[i]);
            }
            else if (i == scans.Length - 1 && scans[i].Length <= SegmentHeader.Bytes)
            {
                // A segment's beginning is on disk before its first record is written.
                UnfinishedSegment = files[i].Name;
            }
            else
            {
                Refusal = StoreRefusal.BadSegment;
            }
        }
    }

    /// <summary>Goes on with a segment that was made after the scan.</summary>
    public IStorageFile Begin(IStorageFile segment)
    {
        EndOffset = SegmentHeader.Bytes;
        return segment;
    }

    private StoreRefusal CheckHeader(SegmentHeader header, ulong named)
    {
        if (_identity is { } identity && header.Identity != identity)
        {
            return StoreRefusal.WrongIdentity;
        }

        if (header.First != named || header.First == 0)
        {
            return StoreRefusal.BadSegment;
        }

        if (Segments.Count == 0)
        {
            // Segments before it were freed, unless it is the first of all.
            bool begins = header.First > 1 || header.Base == StoreChain.Genesis(header.Identity);
            Tip = new StorePoint(header.First - 1, header.Base);
            Note(Tip);
            return begins ? StoreRefusal.None : StoreRefusal.BadSegment;
        }

        SegmentHeader before = Segments[^1];
        return header.First > Tip.Sequence + 1 ? StoreRefusal.MissingSegment
            : header.First != Tip.Sequence + 1 || header.Base != Tip.Hash || header.Salt != before.Salt || header.Identity != before.Identity ? StoreRefusal.BadSegment
            : StoreRefusal.None;
    }

    private void Take(SegmentHeader header, SegmentScan scan)
    {
        if (Refusal != StoreRefusal.None)
        {
            return;
        }

        Segments.Add(header);
        foreach (StorePoint point in scan.Points)
        {
            Note(point);
        }

        // A record of a group that never ended does not count.
        foreach ((ulong sequence, long offset) in scan.Places)
        {
            if (sequence <= scan.Tip.Sequence)
            {
                Places.Note(sequence, offset);
            }
        }

        Tip = scan.Tip;
        EndOffset = scan.EndOffset;
        if (scan.BadRecord is { } bad)
        {
            Refusal = StoreRefusal.BadRecord;
            BadRecord = bad;
        }
        else
        {
            TornBytes = scan.Length - scan.EndOffset;
        }
    }

    private void Note(StorePoint point)
    {
        if (_wanted.Contains(point.Sequence))
        {
            Hashes[point.Sequence] = point.Hash;
        }
    }
}
