using System.Globalization;
using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>What a journal does where it is used, or found, as nobody meant it.</summary>
public sealed class JournalAttackTests
{
    private static readonly JournalOptions _options = new() { Identity = Digest.Of("attack"u8), SegmentBytes = 1 << 20, MaxRecordBytes = 4096, Salt = 7 };

    [Fact]
    public void Reading_from_a_number_gives_the_same_tail_and_reads_little_before_it()
    {
        FaultyFolder folder = new();
        using (Journal journal = Journal.Open(folder, _options).GetJournal())
        {
            for (int i = 0; i < 3000; i++)
            {
                ulong last = journal.Append(1, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{i}").PadRight(1000 + (i % 7), 'x')));
                if (i % 37 == 0)
                {
                    journal.Commit(last);
                }
            }

            CheckTails(folder, journal);
        }

        Assert.True(folder.GetNames().Count >= 3);
        using Journal again = Journal.Open(folder, _options).GetJournal();
        CheckTails(folder, again);
        Assert.Empty(again.Read(ulong.MaxValue));
    }

    [Fact]
    public void A_segment_whose_numbers_end_is_refused_and_not_counted_beyond()
    {
        SegmentHeader header = new(_options.Identity, ulong.MaxValue, 7, Digest.Of("base"u8));
        RecordFrame frame = new(0, ulong.MaxValue, 0, 1, HasMore: false);
        byte[] bytes = [.. header.ToBytes(), .. new byte[frame.TotalBytes]];
        frame.Write(bytes.AsSpan(SegmentHeader.Bytes - Digest.Size), 7, []);
        FaultyFolder folder = new();
        folder.SetBytes(header.FileName, bytes);
        Assert.Equal(StoreRefusal.BadSegment, Journal.Verify(folder, _options).Refusal);
        Assert.Equal(StoreRefusal.BadSegment, Journal.Open(folder, _options).Report.Refusal);
    }

    [Fact]
    public async Task After_a_failed_write_or_fsync_nothing_is_acknowledged_any_more()
    {
        for (int at = 0; at < 2; at++)
        {
            FaultyFolder folder = new();
            Journal journal = Journal.Open(folder, _options).GetJournal();
            journal.Commit(journal.Append(1, "kept"u8));

            // The disk is well again right after: only the journal remembers.
            (folder.Fault, folder.FailAt) = (FaultKind.DiskFull, folder.Operations + at);
            ulong lost = journal.Append(1, "lost"u8);
            for (int i = 0; i < 3; i++)
            {
                Assert.Throws<StoreException>(() => journal.Commit(lost));
                Assert.Throws<StoreException>(() => journal.MakeDurable(lost));
                _ = await Assert.ThrowsAsync<StoreException>(async () => await journal.CommitAsync(lost));
                Assert.Throws<StoreException>(() => journal.Append(1, "more"u8));
                Assert.Throws<StoreException>(() => journal.WriteSnapshot(1, journal.Tip, "s"u8));
            }

            Assert.Equal(1UL, journal.DurableSequence);
            journal.Dispose();
        }
    }

    // Create, write, flush, rename, flush of the folder: a full disk leaves the journal as it was, a disk that does not flush is not trusted again.
    [Fact]
    public void A_snapshot_that_does_not_fit_leaves_the_journal_open_and_one_that_is_not_flushed_closes_it()
    {
        bool[] isClosed = [false, false, true, true, true];
        for (int at = 0; at < isClosed.Length; at++)
        {
            FaultyFolder folder = new();
            Journal journal = Journal.Open(folder, _options).GetJournal();
            journal.Commit(journal.Append(1, "one"u8));
            journal.WriteSnapshot(1, journal.Tip, "first"u8);
            journal.MakeDurable(journal.Append(1, "two"u8));
            (folder.Fault, folder.FailAt) = (FaultKind.DiskFull, folder.Operations + at);
            Assert.Equal(StoreRefusal.DiskFull, Assert.Throws<StoreException>(() => journal.WriteSnapshot(1, journal.Tip, "second"u8)).Refusal);
            if (isClosed[at])
            {
                Assert.Throws<StoreException>(() => journal.Append(1, "three"u8));
                Assert.Throws<StoreException>(() => journal.WriteSnapshot(1, journal.Tip, "third"u8));
            }
            else
            {
                journal.Commit(journal.Append(1, "three"u8));
                journal.WriteSnapshot(1, journal.Tip, "third"u8);
                Assert.Equal("third", Encoding.UTF8.GetString(journal.FindSnapshot(1)!.Content.Span));
            }

            journal.Dispose();
            using Journal again = Journal.Open(folder, _options).GetJournal();
            Assert.Equal(isClosed[at] ? 2 : 3, again.Read().Count());
            Assert.NotNull(again.FindSnapshot(1));
        }
    }

    [Theory]
    [InlineData(false, false, 11UL)]
    [InlineData(true, false, 21UL)]
    [InlineData(false, true, 11UL)]
    [InlineData(true, true, 1UL)]
    public void Records_are_freed_behind_snapshots_that_are_whole_only(bool isOlderDamaged, bool isNewerDamaged, ulong firstKept)
    {
        // Segments of one record each, so that what is freed is what may be.
        FaultyFolder folder = new();
        using Journal journal = Journal.Open(folder, _options with { SegmentBytes = 4096 }).GetJournal();
        for (int i = 1; i <= 25; i++)
        {
            journal.Commit(journal.Append(1, new byte[4000]));
            if (i is 10 or 20)
            {
                journal.WriteSnapshot(1, journal.Tip, [(byte)i]);
            }
        }

        string[] names = [.. folder.GetNames().Where(static name => name.StartsWith("snapshot", StringComparison.Ordinal))];
        Assert.Equal(2, names.Length);
        folder.Bytes(names[0])[60] ^= (byte)(isOlderDamaged ? 1 : 0);
        folder.Bytes(names[1])[60] ^= (byte)(isNewerDamaged ? 1 : 0);

        Assert.Equal(firstKept, journal.Free(ulong.MaxValue));
    }

    [Fact]
    public void A_link_to_the_folder_is_the_same_folder()
    {
        string folder = Directory.CreateTempSubdirectory("vinf-journal-").FullName;
        string link = folder + "-link";
        try
        {
            _ = Directory.CreateSymbolicLink(link, folder);
            using Journal journal = Journal.Open(folder, _options).GetJournal();
            Assert.Equal(StoreRefusal.InUse, Journal.Open(link, _options).Report.Refusal);
        }
        finally
        {
            Directory.Delete(link);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CheckTails(FaultyFolder folder, Journal journal)
    {
        List<(ulong, string)> all = [.. journal.Read().Select(static record => (record.Sequence, Encoding.UTF8.GetString(record.Content.Span)))];
        Assert.True(all.Count >= 3000);
        for (int after = 0; after < all.Count; after += 97)
        {
            Assert.Equal(all[after..(after + 1)], journal.Read((ulong)after).Take(1).Select(static record => (record.Sequence, Encoding.UTF8.GetString(record.Content.Span))));
        }

        folder.BytesRead = 0;
        Assert.Equal(all[^3..], journal.Read((ulong)all.Count - 3).Select(static record => (record.Sequence, Encoding.UTF8.GetString(record.Content.Span))));
        Assert.InRange(folder.BytesRead, 1, 3 * RecordPlaces.SpacingBytes);
    }
}
