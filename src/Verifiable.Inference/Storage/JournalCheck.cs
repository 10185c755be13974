using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>Judges a journal's folder: its records, its snapshots, and the point that is known to have been in it.</summary>
internal static class JournalCheck
{
    /// <summary>Gets the report where another writer has the journal.</summary>
    public static JournalReport InUse { get; } = new()
    {
        Refusal = StoreRefusal.InUse,
        BadRecord = null,
        FirstSequence = 0,
        Tip = default,
        TornBytes = 0,
        Segments = 0,
    };

    /// <summary>Looks at everything. Changes nothing.</summary>
    public static JournalReport Run(IStorageFolder folder, JournalOptions options, Digest? identity, out JournalScan scan)
    {
        List<(string Name, byte Stream, ulong Sequence)> snapshots = SnapshotFolder.List(folder);
        IEnumerable<ulong> wanted = snapshots.Select(static snapshot => snapshot.Sequence);
        scan = new JournalScan(folder, options, identity, options.KnownPoint is { } known ? wanted.Append(known.Sequence) : wanted);
        scan.Run();
        StoreRefusal refusal = scan.Refusal;
        if (refusal == StoreRefusal.None)
        {
            refusal = CheckSnapshots(folder, snapshots, scan, identity ?? (scan.Segments.Count > 0 ? scan.Segments[0].Identity : default));
        }

        if (refusal == StoreRefusal.None && options.KnownPoint is { } point)
        {
            refusal = CheckPoint(point, scan, StoreRefusal.BehindKnownPoint);
        }

        return new JournalReport
        {
            Refusal = refusal,
            BadRecord = scan.BadRecord,
            FirstSequence = scan.FirstSequence,
            Tip = scan.Tip,
            TornBytes = scan.TornBytes,
            Segments = scan.Segments.Count,
        };
    }

    // A damaged snapshot is passed over, for there is an older one, or the records; a whole one is a witness of what was in the journal.
    private static StoreRefusal CheckSnapshots(
        IStorageFolder folder, List<(string Name, byte Stream, ulong Sequence)> snapshots, JournalScan scan, Digest identity)
    {
        foreach ((string name, _, _) in snapshots)
        {
            StoreRefusal refusal = SnapshotFile.Read(folder, identity, name) is { } snapshot
                ? CheckPoint(snapshot.Point, scan, StoreRefusal.BehindSnapshot)
                : StoreRefusal.None;
            if (refusal != StoreRefusal.None)
            {
                return refusal;
            }
        }

        return StoreRefusal.None;
    }

    private static StoreRefusal CheckPoint(StorePoint point, JournalScan scan, StoreRefusal behind)
    {
        if (point.Sequence > scan.Tip.Sequence)
        {
            return behind;
        }

        // Of records that were freed the hash is gone.
        Digest? hash = scan.Hashes.TryGetValue(point.Sequence, out Digest found) ? found : point.Sequence == scan.Tip.Sequence ? scan.Tip.Hash : null;
        return hash is null || hash == point.Hash ? StoreRefusal.None : StoreRefusal.NotOfKnownPoint;
    }
}
