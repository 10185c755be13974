using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>How a journal is kept. Immutable.</summary>
public sealed record JournalOptions
{
    /// <summary>Gets what the journal belongs to: for a ledger its id's digest. A journal of another identity is not opened. The default is all zero.</summary>
    public Digest Identity { get; init; }

    /// <summary>Gets when the disk is waited for. The default is <see cref="FsyncPolicy.EachCommit"/>.</summary>
    public FsyncPolicy Fsync { get; init; } = FsyncPolicy.EachCommit;

    /// <summary>Gets the longest time between an acknowledgement and its fsync under <see cref="FsyncPolicy.Interval"/>. The default is 100 ms.</summary>
    public TimeSpan FsyncInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets the size in bytes from which a segment is followed by another, at least 4,096. The default is 64 MiB.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Gets the largest size of a record in bytes, at most <see cref="RecordStore.LargestRecordBytes"/>. The default is 16 MiB.</summary>
    public int MaxRecordBytes { get; init; } = 16 << 20;

    /// <summary>Gets a point that is known to have been in the journal, say from a backup or a receipt; a journal that lost it is not opened. The default is none.</summary>
    public StorePoint? KnownPoint { get; init; }

    /// <summary>
    /// Gets a value indicating whether bad bytes at the end are dropped even where whole records stand behind them, as long as none of these shows that the damaged record
    /// was on disk. Such a tail is left where a machine stopped in the middle of a write and the disk wrote in another order. It cannot be told from damage to records that
    /// were acknowledged after the last fsync, or in the last group before a crash, so the default is <see langword="false"/>.
    /// </summary>
    public bool DropsUnprovenTail { get; init; }

    /// <summary>Gets the clock that measures <see cref="FsyncInterval"/>. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the salt of a new journal; <see langword="null"/> for a random one. For tests that compare bytes.</summary>
    internal ulong? Salt { get; init; }

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        if (Fsync is not (FsyncPolicy.EachCommit or FsyncPolicy.Interval or FsyncPolicy.Never))
        {
            yield return $"{nameof(Fsync)} must name a policy, got {Fsync}.";
        }

        if (FsyncInterval <= TimeSpan.Zero || FsyncInterval > TimeSpan.FromHours(1))
        {
            yield return $"{nameof(FsyncInterval)} must be above zero and at most an hour, got {FsyncInterval}.";
        }

        if (SegmentBytes < 4096)
        {
            yield return $"{nameof(SegmentBytes)} must be at least 4096, got {SegmentBytes}.";
        }

        if (MaxRecordBytes is < 1 or > RecordStore.LargestRecordBytes)
        {
            yield return $"{nameof(MaxRecordBytes)} must be from 1 to {RecordStore.LargestRecordBytes}, got {MaxRecordBytes}.";
        }

        if (Time is null)
        {
            yield return $"{nameof(Time)} is required.";
        }
    }
}
