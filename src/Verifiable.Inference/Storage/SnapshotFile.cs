using System.Globalization;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>A snapshot as a file: it is written under another name, made durable, and then renamed, so that one with its own name is whole unless the disk damaged it.</summary>
internal static class SnapshotFile
{
    /// <summary>The name of a file that is still being written.</summary>
    public const string UnfinishedName = "snapshot.tmp";

    private const string Domain = "vinf/snapshot/v1";
    private const string Prefix = "snapshot-";
    private const string Suffix = ".vinf";

    /// <summary>Gets the name of a snapshot's file: sorted by name, the snapshots of a stream are sorted by number.</summary>
    public static string NameOf(byte stream, ulong sequence) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{stream:D3}-{sequence:D20}{Suffix}");

    /// <summary>Tells whether a file's name is that of a snapshot, and of which.</summary>
    public static bool TryParseName(string name, out byte stream, out ulong sequence)
    {
        stream = 0;
        sequence = 0;
        return name.Length == Prefix.Length + 3 + 1 + 20 + Suffix.Length
            && name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal) && name[Prefix.Length + 3] == '-'
            && byte.TryParse(name.AsSpan(Prefix.Length, 3), NumberStyles.None, CultureInfo.InvariantCulture, out stream) && stream > 0
            && ulong.TryParse(name.AsSpan(Prefix.Length + 4, 20), NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }

    /// <summary>Writes a snapshot; after a failure the older ones are still there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="identity">The journal's identity.</param>
    /// <param name="stream">Whose snapshot it is.</param>
    /// <param name="point">The last record that is in it.</param>
    /// <param name="content">The owner's own encoding.</param>
    /// <param name="isFlushing">Set while the disk is told to keep it: what fails then is the disk, and not the room on it.</param>
    public static void Write(IStorageFolder folder, Digest identity, byte stream, StorePoint point, ReadOnlySpan<byte> content, ref bool isFlushing)
    {
        CanonicalWriter writer = new(stackalloc byte[256]);
        writer.WriteDomain(Domain);
        writer.WriteDigest(identity);
        writer.WriteByte(stream);
        writer.WriteUInt64(point.Sequence);
        writer.WriteDigest(point.Hash);
        writer.WriteBytes(content);
        writer.WriteDigest(Digest.Of(writer.Written));
        try
        {
            using (IStorageFile file = folder.Create(UnfinishedName))
            {
                file.Write(writer.Written, 0);
                isFlushing = true;
                file.Flush();
            }
        }
        finally
        {
            writer.Dispose();
        }

        folder.Rename(UnfinishedName, NameOf(stream, point.Sequence));
        folder.Flush();
        isFlushing = false;
    }

    /// <summary>Reads a snapshot; <see langword="null"/> when it is damaged or not of this journal.</summary>
    public static StoreSnapshot? Read(IStorageFolder folder, Digest identity, string name)
    {
        using IStorageFile file = folder.Open(name);
        if (file.Length > RecordStore.LargestSnapshotBytes + 256L)
        {
            return null;
        }

        byte[] bytes = new byte[file.Length];
        int length = file.Read(bytes, 0);
        if (length < Digest.Size || Digest.Of(bytes.AsSpan(0, length - Digest.Size)) != new Digest(bytes.AsSpan(length - Digest.Size, Digest.Size)))
        {
            return null;
        }

        CanonicalReader reader = new(bytes.AsSpan(0, length - Digest.Size));
        reader.ReadDomain(Domain);
        Digest owner = reader.ReadDigest();
        byte stream = reader.ReadByte();
        StorePoint point = new(reader.ReadUInt64(), reader.ReadDigest());
        ReadOnlySpan<byte> content = reader.ReadBytes(RecordStore.LargestSnapshotBytes);
        return reader.AtEnd && owner == identity && name == NameOf(stream, point.Sequence) ? new StoreSnapshot(stream, point, new OpaqueBytes(content)) : null;
    }
}
