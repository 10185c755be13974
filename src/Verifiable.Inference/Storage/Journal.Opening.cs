using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Verifiable.Inference.Storage;

// How a journal is opened and checked, and how its segments begin.
public sealed partial class Journal
{
    /// <summary>Opens the journal in a folder, or makes one where there is none.</summary>
    /// <param name="folder">The folder; it holds nothing else.</param>
    /// <param name="options">How it is kept; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    /// <exception cref="StoreException">The disk, or the right to use it, failed.</exception>
    public static JournalOpening Open(string folder, JournalOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new JournalOptions();
        string faults = string.Join(' ', options.Validate());
        if (faults.Length > 0)
        {
            throw new ArgumentException(faults, nameof(options));
        }

        try
        {
            return Open(new DiskFolder(folder), options);
        }
        catch (Exception exception) when (exception is (IOException and not StoreException) or UnauthorizedAccessException)
        {
            throw StoreException.From(exception);
        }
    }

    /// <summary>Looks at every record in a folder and reports the first bad one. Changes nothing and needs no lock; a journal that is being written may seem torn.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">What is expected; only the identity (all zero means anybody's), the known point and the limits count.</param>
    /// <exception cref="StoreException">The disk, or the right to use it, failed.</exception>
    public static JournalReport Verify(string folder, JournalOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new JournalOptions();
        try
        {
            if (!Directory.Exists(folder))
            {
                throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
            }

            return Verify(new DiskFolder(folder), options);
        }
        catch (Exception exception) when (exception is (IOException and not StoreException) or UnauthorizedAccessException)
        {
            throw StoreException.From(exception);
        }
    }

    /// <summary>Looks at every record in a folder of any kind.</summary>
    internal static JournalReport Verify(IStorageFolder folder, JournalOptions options) =>
        JournalCheck.Run(folder, options, options.Identity == default ? null : options.Identity, out _);

    /// <summary>Opens the journal in a folder of any kind.</summary>
    internal static JournalOpening Open(IStorageFolder folder, JournalOptions options)
    {
        IDisposable? writerLock = folder.TryLock();
        if (writerLock is null)
        {
            return new JournalOpening { Journal = null, Report = JournalCheck.InUse };
        }

        Journal? journal = null;
        try
        {
            JournalReport report = JournalCheck.Run(folder, options, options.Identity, out JournalScan scan);
            journal = report.IsGood ? new Journal(folder, writerLock, options, scan, Prepare(folder, options, scan)) : null;
            return new JournalOpening { Journal = journal, Report = report };
        }
        finally
        {
            if (journal is null)
            {
                writerLock.Dispose();
            }
        }
    }

    // The segment that the scan ended in, without its torn tail, or the first of a new journal.
    private static IStorageFile Prepare(IStorageFolder folder, JournalOptions options, JournalScan scan)
    {
        if (scan.UnfinishedSegment is not null)
        {
            folder.Delete(scan.UnfinishedSegment);
        }

        if (scan.Segments.Count == 0)
        {
            SegmentHeader header = new(options.Identity, 1, options.Salt ?? NewSalt(), scan.Tip.Hash);
            scan.Segments.Add(header);
            return scan.Begin(CreateSegment(folder, header));
        }

        IStorageFile segment = folder.Open(scan.Segments[^1].FileName);
        try
        {
            if (scan.TornBytes > 0)
            {
                segment.Truncate(scan.EndOffset);
            }

            // What a process that ended left with the system only is acknowledged from now on.
            segment.Flush();
            folder.Flush();
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    private static IStorageFile CreateSegment(IStorageFolder folder, SegmentHeader header)
    {
        IStorageFile segment = folder.Create(header.FileName);
        try
        {
            segment.Write(header.ToBytes(), 0);
            segment.Flush();
            folder.Flush();
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    private static ulong NewSalt()
    {
        // No draw and no replay depends on it: whoever makes records must not be able to guess it, that is all.
#pragma warning disable RS0030
        return BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
#pragma warning restore RS0030
    }
}
