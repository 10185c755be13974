using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>The snapshots in a journal's folder: of each stream the newest two.</summary>
internal static class SnapshotFolder
{
    private const int Kept = 2;

    /// <summary>Lists the snapshots, those of a stream in their order.</summary>
    public static List<(string Name, byte Stream, ulong Sequence)> List(IStorageFolder folder)
    {
        List<(string, byte, ulong)> snapshots = [];
        foreach (string name in folder.GetNames())
        {
            if (SnapshotFile.TryParseName(name, out byte stream, out ulong sequence))
            {
                snapshots.Add((name, stream, sequence));
            }
        }

        return snapshots;
    }

    /// <summary>Finds the newest whole snapshot of a stream.</summary>
    public static StoreSnapshot? Find(IStorageFolder folder, Digest identity, byte stream) => List(folder)
        .Where(snapshot => snapshot.Stream == stream)
        .Reverse()
        .Select(snapshot => SnapshotFile.Read(folder, identity, snapshot.Name))
        .FirstOrDefault(static snapshot => snapshot is not null);

    /// <summary>
    /// Gives the number up to which no stream that has snapshots needs a record, even if its newest snapshot were damaged. Each is read: one that is not whole stands for no record.
    /// </summary>
    public static ulong FindSafeSequence(IStorageFolder folder, Digest identity) => List(folder)
        .GroupBy(static snapshot => snapshot.Stream)
        .Select(stream => stream.Where(snapshot => SnapshotFile.Read(folder, identity, snapshot.Name) is not null).Select(static snapshot => snapshot.Sequence).DefaultIfEmpty().Min())
        .DefaultIfEmpty()
        .Min();

    /// <summary>Deletes all but the newest snapshots of a stream.</summary>
    public static void DeleteOld(IStorageFolder folder, byte stream)
    {
        foreach ((string name, _, _) in List(folder).Where(snapshot => snapshot.Stream == stream).SkipLast(Kept))
        {
            folder.Delete(name);
        }
    }
}
