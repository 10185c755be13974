using Verifiable.Inference.Commitments;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Tasks;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>
/// A journal that another process left behind in the middle of its work. The work is done again from the start of the scenario, for a simulation has everybody's memory in the process that was
/// killed; and every record that is there already must come out again, the same but for its signatures, which are random. Nothing is written until the last of them did; then the work goes on.
/// </summary>
internal sealed class ResumingStore(Journal journal) : RecordStore
{
    private readonly (byte Stream, byte[] Content)[] _recorded = [.. journal.Read().Select(static record => (record.Stream, record.Content.ToArray()))];
    private readonly List<(byte Stream, byte[] Content)> _group = [];
    private ulong _count;

    /// <summary>Gets how many records were there.</summary>
    public int Recorded => _recorded.Length;

    /// <summary>Gets the scenario's result, where the journal ends with it.</summary>
    public byte[]? Result => _recorded is [.., (Scenario.ResultStream, var content)] ? content : null;

    /// <summary>Gets or sets what is called after each record, with its number.</summary>
    public Action<ulong>? OnRecord { get; set; }

    public override Digest Identity => journal.Identity;

    // Nobody is told what is still to be done again.
    public override StorePoint Tip => new(_count, journal.Tip.Hash);

    public override ulong FirstSequence => 1;

    public override ulong DurableSequence => Math.Min(_count, journal.DurableSequence);

    public override int MaxRecordBytes => journal.MaxRecordBytes;

    public override IEnumerable<StoredRecord> Read(ulong after = 0) => journal.Read(after).Take((int)Math.Min(int.MaxValue, _count - Math.Min(_count, after)));

    public override StoreSnapshot? FindSnapshot(byte stream) => null;

    public override ulong Free(ulong through) => FirstSequence;

    protected override ulong AppendCore(byte stream, ReadOnlySpan<byte> content, bool inGroup)
    {
        _count++;
        if (_count <= (ulong)_recorded.Length)
        {
            (byte recordedStream, byte[] recorded) = _recorded[_count - 1];
            if (stream != recordedStream || !IsSame(stream, recorded, content))
            {
                throw new InvalidOperationException($"Expected record {_count} of the journal to come out again, got another one: something in this sample is not deterministic.");
            }
        }
        else if (inGroup)
        {
            _group.Add((stream, content.ToArray()));
        }
        else
        {
            _ = journal.Append(stream, content);
        }

        OnRecord?.Invoke(_count);
        return _count;
    }

    protected override void EndGroupCore()
    {
        if (_group.Count > 0)
        {
            using (RecordGroup group = journal.BeginGroup())
            {
                foreach ((byte stream, byte[] content) in _group)
                {
                    _ = journal.Append(stream, content);
                }

                group.Complete();
            }

            _group.Clear();
        }
    }

    // Whatever the exception was, it ends the program, and with it what was not appended.
    protected override void AbandonGroupCore() => _group.Clear();

    protected override void CommitCore(ulong sequence)
    {
        if (sequence > (ulong)_recorded.Length)
        {
            journal.Commit(sequence);
        }
    }

    protected override ValueTask CommitCoreAsync(ulong sequence)
    {
        CommitCore(sequence);
        return ValueTask.CompletedTask;
    }

    // A ledger waits for the disk before it signs a head, some thousand times here. The sample is killed, not unplugged: what the operating system has is safe.
    protected override void MakeDurableCore(ulong sequence) => CommitCore(sequence);

    protected override void WriteSnapshotCore(byte stream, StorePoint point, ReadOnlySpan<byte> content) => throw new NotSupportedException("Expected a store without snapshots.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            journal.Dispose();
        }
    }

    private static bool IsSame(byte stream, ReadOnlySpan<byte> recorded, ReadOnlySpan<byte> content) => stream switch
    {
        TaskMarketStream => Canonical.TryRead(recorded, out MarketEntry? before) && Canonical.TryRead(content, out MarketEntry? now) && before.Time == now.Time && before.Command == now.Command,
        Scenario.ResultStream => recorded.SequenceEqual(content),
        _ => HashOf(recorded) is { } hash && hash == HashOf(content),
    };

    private const byte TaskMarketStream = Tasks.TaskMarket.Stream;

    // A ledger's record begins with its domain and the entry, whose hash binds every entry up to it and no signature.
    private static Digest? HashOf(ReadOnlySpan<byte> record)
    {
        CanonicalReader reader = new(record);
        reader.ReadDomain("vinf/ledger-record/v1");
        return reader.Read<LedgerEntry>()?.Hash;
    }
}
