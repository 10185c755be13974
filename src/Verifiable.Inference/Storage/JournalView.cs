using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>A journal's folder for reading only, without its lock: what an owner of records needs to check them from the first that is there. Everything else is refused.</summary>
internal sealed class JournalView : RecordStore
{
    private readonly IStorageFolder _folder;
    private readonly JournalOptions _options;
    private readonly JournalScan _scan;

    private JournalView(IStorageFolder folder, JournalOptions options, JournalScan scan)
    {
        _folder = folder;
        _options = options;
        _scan = scan;
    }

    /// <inheritdoc/>
    public override Digest Identity => _options.Identity;

    /// <inheritdoc/>
    public override StorePoint Tip => _scan.Tip;

    /// <inheritdoc/>
    public override ulong FirstSequence => _scan.FirstSequence;

    /// <inheritdoc/>
    public override ulong DurableSequence => _scan.Tip.Sequence;

    /// <inheritdoc/>
    public override int MaxRecordBytes => _options.MaxRecordBytes;

    /// <summary>Looks at a folder; the view is <see langword="null"/> where the journal is bad.</summary>
    public static JournalReport Open(string folder, JournalOptions options, out JournalView? view)
    {
        try
        {
            if (!Directory.Exists(folder))
            {
                throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
            }

            DiskFolder disk = new(folder);
            JournalReport report = JournalCheck.Run(disk, options, options.Identity, out JournalScan scan);
            view = report.IsGood ? new JournalView(disk, options, scan) : null;
            return report;
        }
        catch (Exception exception) when (exception is (IOException and not StoreException) or UnauthorizedAccessException)
        {
            throw StoreException.From(exception);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<StoredRecord> Read(ulong after = 0) => JournalReading.Read(_folder, [.. _scan.Segments], _options.MaxRecordBytes, after, _scan.Tip.Sequence, _scan.Tip.Sequence, _scan.Places);

    /// <inheritdoc/>
    /// <remarks>Where all records are there, they are looked at, and not the snapshot that stands for them.</remarks>
    public override StoreSnapshot? FindSnapshot(byte stream) => FirstSequence == 1 ? null : SnapshotFolder.Find(_folder, Identity, stream);

    /// <inheritdoc/>
    public override ulong Free(ulong through) => throw Refused();

    /// <inheritdoc/>
    protected override ulong AppendCore(byte stream, ReadOnlySpan<byte> content, bool inGroup) => throw Refused();

    /// <inheritdoc/>
    protected override void EndGroupCore()
    {
    }

    /// <inheritdoc/>
    protected override void AbandonGroupCore()
    {
    }

    /// <inheritdoc/>
    protected override void CommitCore(ulong sequence)
    {
    }

    /// <inheritdoc/>
    protected override ValueTask CommitCoreAsync(ulong sequence) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override void MakeDurableCore(ulong sequence)
    {
    }

    /// <inheritdoc/>
    protected override void WriteSnapshotCore(byte stream, StorePoint point, ReadOnlySpan<byte> content) => throw Refused();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private static StoreException Refused() => new(StoreRefusal.Closed, "The journal is open for reading only.");
}
