using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>What a journal makes of folders that are not as it left them.</summary>
public sealed class JournalTests
{
    private static readonly JournalOptions _options = new() { Identity = Digest.Of("journal"u8), SegmentBytes = 4096, MaxRecordBytes = 2048, Salt = 7 };

    [Fact]
    public void A_flipped_bit_anywhere_is_found_and_the_first_bad_record_named()
    {
        FaultyFolder folder = Filled(12, out Dictionary<string, ulong> firsts);
        foreach (string name in folder.GetNames())
        {
            byte[] good = folder.Bytes(name);
            for (int at = 0; at < good.Length; at += 7)
            {
                byte[] bad = [.. good];
                bad[at] ^= 0x10;
                folder.SetBytes(name, bad);
                JournalReport report = Journal.Verify(folder, _options);
                bool isClosing = name == folder.GetNames()[^1] && at >= good.Length - RecordFrame.OverheadBytes;
                if (isClosing)
                {
                    // The last record says only that the journal was closed; without it the journal is as after a crash.
                    Assert.Equal((StoreRefusal.None, 12UL), (report.Refusal, report.Tip.Sequence));
                }
                else
                {
                    Assert.Contains(report.Refusal, new[] { StoreRefusal.BadRecord, StoreRefusal.BadSegment, StoreRefusal.WrongIdentity });
                    Assert.Equal(at >= SegmentHeader.Bytes, report.Refusal == StoreRefusal.BadRecord);
                    Assert.True(report.BadRecord is null || report.BadRecord == RecordAt(good, at, firsts[name]), $"{name} {at} {report}");
                }

                folder.SetBytes(name, good);
            }
        }

        Assert.True(Journal.Verify(folder, _options).IsGood);
    }

    [Fact]
    public void A_journal_that_is_closed_inside_a_group_loses_the_group_and_nothing_else()
    {
        FaultyFolder folder = new();
        Journal journal = Journal.Open(folder, _options).GetJournal();
        journal.Commit(journal.Append(1, "before"u8));
        using (journal.BeginGroup())
        {
            _ = journal.Append(1, "one"u8);
            _ = journal.Append(1, "two"u8);
            journal.Dispose();
        }

        using Journal again = Journal.Open(folder, _options).GetJournal();
        Assert.Equal("before", Encoding.UTF8.GetString(again.Read().Single().Content.Span));
        Assert.Empty(again.Read(ulong.MaxValue));
    }

    [Fact]
    public void A_tail_that_is_cut_off_anywhere_is_dropped_up_to_what_was_whole()
    {
        FaultyFolder folder = Filled(12, out _);
        string last = folder.GetNames()[^1];
        byte[] good = folder.Bytes(last);
        Assert.True(SegmentHeader.TryParseName(last, out ulong first));
        for (int length = SegmentHeader.Bytes; length < good.Length; length++)
        {
            FaultyFolder cut = folder.Restart(RestartKind.ProcessKilled, new Random(1));
            cut.SetBytes(last, good[..length]);
            JournalOpening opening = Journal.Open(cut, _options);
            ulong expected = RecordAt(good, length, first) - 1;
            Assert.Equal((StoreRefusal.None, expected), (opening.Report.Refusal, opening.Report.Tip.Sequence));
            using Journal journal = opening.GetJournal();
            Assert.Equal(expected + 1, journal.Append(1, "next"u8));
            journal.Commit(expected + 1);
        }
    }

    [Fact]
    public void Bad_bytes_in_the_last_group_before_a_crash_are_refused_where_whole_records_stand_behind_them_unless_told_otherwise()
    {
        FaultyFolder folder = new();
        Journal journal = Journal.Open(folder, _options).GetJournal();
        journal.Commit(journal.Append(1, "first"u8));
        for (int i = 0; i < 5; i++)
        {
            _ = journal.Append(1, "one of a group"u8);
        }

        journal.Commit(6);
        folder = folder.Restart(RestartKind.ProcessKilled, new Random(1));
        byte[] bytes = folder.Bytes(folder.GetNames()[0]);
        bytes[bytes.AsSpan().IndexOf("one of"u8)] ^= 1;
        JournalReport report = Journal.Open(folder, _options).Report;
        Assert.Equal((StoreRefusal.BadRecord, 2UL), (report.Refusal, report.BadRecord!.Value));
        Assert.Equal(1UL, Journal.Open(folder, _options with { DropsUnprovenTail = true }).Report.Tip.Sequence);
    }

    [Fact]
    public void Doubled_moved_and_missing_records_are_refused()
    {
        FaultyFolder folder = Filled(12, out Dictionary<string, ulong> firsts);
        string name = folder.GetNames()[^1];
        byte[] good = folder.Bytes(name);
        int[] starts = Starts(good);
        byte[][] records = [.. starts.Zip([.. starts[1..], good.Length], (from, to) => good[from..to])];
        byte[] header = good[..SegmentHeader.Bytes];
        Assert.True(records.Length >= 3);
        (byte[][] Records, ulong Bad)[] cases =
        [
            ([records[0], records[0], .. records[1..]], 1),
            ([.. records, records[^1]], (ulong)records.Length),
            ([records[1], records[0], .. records[2..]], 0),
            ([records[0], .. records[2..]], 1),
            ([.. records[1..]], 0),
        ];
        foreach ((byte[][] order, ulong bad) in cases)
        {
            folder.SetBytes(name, [.. header, .. order.SelectMany(static record => record)]);
            JournalReport report = Journal.Verify(folder, _options);
            Assert.Equal((StoreRefusal.BadRecord, firsts[name] + bad), (report.Refusal, report.BadRecord!.Value));
        }
    }

    [Fact]
    public void Missing_segments_are_refused_and_those_of_another_journal_too()
    {
        FaultyFolder folder = Filled(30, out Dictionary<string, ulong> firsts);
        string[] names = [.. folder.GetNames()];
        Assert.True(names.Length >= 4);
        byte[] second = folder.Bytes(names[1]);
        folder.Delete(names[1]);
        JournalReport report = Journal.Verify(folder, _options);
        Assert.Equal((StoreRefusal.MissingSegment, firsts[names[1]]), (report.Refusal, report.BadRecord!.Value));
        folder.SetBytes(names[1], second);
        Assert.True(Journal.Verify(folder, _options).IsGood);
        FaultyFolder other = Filled(30, out _, _options with { Salt = 8 });
        folder.SetBytes(names[1], other.Bytes(names[1]));
        Assert.Equal(StoreRefusal.BadSegment, Journal.Verify(folder, _options).Refusal);
        Assert.Equal(StoreRefusal.WrongIdentity, Journal.Open(other, _options with { Identity = default }).Report.Refusal);
    }

    [Fact]
    public void A_journal_behind_or_beside_a_known_point_or_its_own_snapshot_is_not_opened()
    {
        FaultyFolder folder = new();
        StorePoint known;
        FaultyFolder before;
        using (Journal journal = Journal.Open(folder, _options).GetJournal())
        {
            journal.Commit(journal.Append(1, "a"u8));
            before = folder.Restart(RestartKind.ProcessKilled, new Random(1));
            journal.Commit(journal.Append(1, "b"u8));
            known = journal.Tip;
            journal.WriteSnapshot(1, known, "s"u8);
        }

        Assert.Equal(StoreRefusal.None, Journal.Open(folder, _options with { KnownPoint = known }).Report.Refusal);
        Assert.Equal(StoreRefusal.BehindKnownPoint, Journal.Open(before, _options with { KnownPoint = known }).Report.Refusal);
        Assert.Equal(StoreRefusal.NotOfKnownPoint, Journal.Open(folder.Restart(RestartKind.ProcessKilled, new Random(1)), _options with { KnownPoint = known with { Hash = default } }).Report.Refusal);
        string snapshot = folder.GetNames().Single(name => name.StartsWith("snapshot", StringComparison.Ordinal));
        before.SetBytes(snapshot, folder.Bytes(snapshot));
        Assert.Equal(StoreRefusal.BehindSnapshot, Journal.Open(before, _options).Report.Refusal);
    }

    [Fact]
    public void A_damaged_snapshot_is_passed_over_for_the_older_one()
    {
        FaultyFolder folder = new();
        using Journal journal = Journal.Open(folder, _options).GetJournal();
        foreach (string content in new[] { "one", "two", "three" })
        {
            journal.Commit(journal.Append(1, [1]));
            journal.WriteSnapshot(1, journal.Tip, Encoding.UTF8.GetBytes(content));
        }

        string[] names = [.. folder.GetNames().Where(name => name.StartsWith("snapshot", StringComparison.Ordinal))];
        Assert.Equal(2, names.Length);
        folder.Bytes(names[1])[60] ^= 1;
        Assert.Equal("two", Encoding.UTF8.GetString(journal.FindSnapshot(1)!.Content.Span));
    }

    [Fact]
    public void Content_that_looks_like_records_does_not_keep_a_torn_journal_from_opening()
    {
        FaultyFolder other = Filled(6, out _, _options with { Salt = 99 });
        byte[] foreign = other.Bytes(other.GetNames()[0])[SegmentHeader.Bytes..];
        FaultyFolder folder = new();
        Journal journal = Journal.Open(folder, _options).GetJournal();
        journal.Commit(journal.Append(1, foreign.AsSpan(0, 2000)));
        folder = folder.Restart(RestartKind.ProcessKilled, new Random(1));
        string name = folder.GetNames()[0];
        folder.SetBytes(name, folder.Bytes(name)[..^1]);
        Assert.Equal((StoreRefusal.None, 0UL), (Journal.Open(folder, _options).Report.Refusal, Journal.Verify(folder, _options).Tip.Sequence));
    }

    [Fact]
    public void Only_one_writer_has_a_journal_also_on_a_disk()
    {
        string folder = Directory.CreateTempSubdirectory("vinf-journal-").FullName;
        try
        {
            using (Journal first = Journal.Open(folder, _options).GetJournal())
            {
                JournalOpening second = Journal.Open(folder, _options);
                Assert.Null(second.Journal);
                Assert.Equal(StoreRefusal.InUse, second.Report.Refusal);
                Assert.Equal(StoreRefusal.InUse, Assert.Throws<StoreException>(second.GetJournal).Refusal);
                first.Commit(first.Append(1, "x"u8));
            }

            using Journal third = Journal.Open(folder, _options).GetJournal();
            Assert.Equal("x", Encoding.UTF8.GetString(third.Read().Single().Content.Span));
            Assert.True(Journal.Verify(folder, _options).IsGood);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.Throws<StoreException>(() => Journal.Verify(folder, _options));
    }

    [Fact]
    public void Many_waiters_share_an_fsync()
    {
        FaultyFolder folder = new();
        using Journal journal = Journal.Open(folder, _options with { SegmentBytes = 1 << 20 }).GetJournal();
        int before = folder.Flushes;
        for (int i = 0; i < 100; i++)
        {
            _ = journal.Append(1, "r"u8);
        }

        for (ulong i = 1; i <= 100; i++)
        {
            journal.Commit(i);
        }

        Assert.Equal(before + 1, folder.Flushes);
    }

    [Fact]
    public void Under_other_policies_only_what_must_be_durable_waits_for_the_disk()
    {
        foreach (FsyncPolicy policy in new[] { FsyncPolicy.Interval, FsyncPolicy.Never })
        {
            FaultyFolder folder = new();
            Journal journal = Journal.Open(folder, _options with { Fsync = policy, FsyncInterval = TimeSpan.FromHours(1) }).GetJournal();
            int before = folder.Flushes;
            journal.Commit(journal.Append(1, "r"u8));
            Assert.Equal((before, 0UL), (folder.Flushes, journal.DurableSequence));
            Assert.Equal(1UL, Journal.Open(folder.Restart(RestartKind.ProcessKilled, new Random(1)), _options).Report.Tip.Sequence);
            journal.MakeDurable(1);
            Assert.Equal((before + 1, 1UL), (folder.Flushes, journal.DurableSequence));
        }
    }

    [Fact]
    public void A_full_disk_closes_the_journal_with_a_typed_error_and_loses_nothing()
    {
        FaultyFolder folder = new();
        Journal journal = Journal.Open(folder, _options).GetJournal();
        journal.Commit(journal.Append(1, "kept"u8));
        (folder.Fault, folder.FailAt) = (FaultKind.DiskFull, folder.Operations);
        ulong lost = journal.Append(1, "lost"u8);
        Assert.Equal(StoreRefusal.DiskFull, Assert.Throws<StoreException>(() => journal.Commit(lost)).Refusal);
        Assert.Equal(StoreRefusal.DiskFull, Assert.Throws<StoreException>(() => journal.Append(1, "more"u8)).Refusal);
        Assert.Equal("kept", Encoding.UTF8.GetString(journal.Read().Single().Content.Span));
        journal.Dispose();
        using Journal again = Journal.Open(folder, _options).GetJournal();
        Assert.Equal("kept", Encoding.UTF8.GetString(again.Read().Single().Content.Span));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_folder_of_any_bytes_is_refused_or_opened_as_a_prefix(int seed)
    {
        Random random = new(seed);
        FaultyFolder good = Filled(30, out _);
        Dictionary<string, byte[]> files = good.GetNames().ToDictionary(name => name, good.Bytes);
        byte[][] contents = [.. Contents(Journal.Open(good.Restart(RestartKind.ProcessKilled, random), _options).GetJournal())];
        int opened = 0;
        for (int i = 0; i < 3000; i++)
        {
            FaultyFolder folder = new();
            foreach ((string name, byte[] bytes) in files)
            {
                folder.SetBytes(name, bytes);
            }

            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                string name = folder.GetNames()[random.Next(folder.GetNames().Count)];
                folder.SetBytes(name, Mutate([.. folder.Bytes(name)], random));
            }

            using Journal? journal = Journal.Open(folder, _options with { DropsUnprovenTail = random.Next(2) == 0 }).Journal;
            if (journal is not null)
            {
                opened++;
                byte[][] found = [.. Contents(journal)];
                Assert.Equal(contents[..found.Length], found);
            }
        }

        Assert.InRange(opened, 100, 2900);
    }

    [Fact]
    public void Options_name_all_their_faults()
    {
        JournalOptions bad = new() { Fsync = FsyncPolicy.None, FsyncInterval = TimeSpan.Zero, SegmentBytes = 1, MaxRecordBytes = 0 };
        Assert.Equal(4, bad.Validate().Count());
        Assert.Throws<ArgumentException>(() => Journal.Open("nowhere", bad));
        Assert.Empty(new JournalOptions().Validate());
    }

    private static FaultyFolder Filled(int records, out Dictionary<string, ulong> firsts, JournalOptions? options = null)
    {
        FaultyFolder folder = new();
        using (Journal journal = Journal.Open(folder, options ?? _options).GetJournal())
        {
            for (int i = 0; i < records; i++)
            {
                journal.Commit(journal.Append(1, Encoding.UTF8.GetBytes($"record {i} ".PadRight(300 + (40 * (i % 5)), 'y'))));
            }
        }

        firsts = folder.GetNames().ToDictionary(name => name, name => SegmentHeader.TryParseName(name, out ulong first) ? first : 0);
        return folder;
    }

    private static IEnumerable<byte[]> Contents(Journal journal) => journal.Read().Select(record => record.Content.ToArray());

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length + 1);
        int length = random.Next(Math.Min(600, bytes.Length - at + 1));
        switch (random.Next(5))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 3:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            default:
                bytes.AsSpan(at, length).Clear();
                return bytes;
        }
    }

    private static int[] Starts(byte[] segment)
    {
        List<int> starts = [];
        for (int at = SegmentHeader.Bytes; at < segment.Length; at += BitConverter.ToInt32(segment, at + 4) + RecordFrame.OverheadBytes)
        {
            starts.Add(at);
        }

        return [.. starts];
    }

    // The record in which an offset lies.
    private static ulong RecordAt(byte[] segment, int offset, ulong first) => first + (ulong)Math.Max(0, Starts(segment).Count(start => start <= offset) - 1);
}
