using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>What a journal promises while it works: nobody is told too early, the folder is let go last, and pieces of two histories are never taken for one.</summary>
public sealed class JournalOrderTests
{
    private static readonly JournalOptions _options = new() { Identity = Digest.Of("order"u8), SegmentBytes = 4096, MaxRecordBytes = 2048, Salt = 7 };

    // Somebody reads while another waits for the disk: the reader needs the records written, and the waiter is told of them only when they are flushed.
    [Fact]
    public async Task Whoever_waits_for_the_disk_is_not_told_by_a_write_that_nobody_flushed()
    {
        FaultyFolder folder = new();
        using Journal journal = Journal.Open(folder, _options).GetJournal();
        ulong record = journal.Append(1, "r"u8);
        Task waiting = Task.CompletedTask;
        folder.BeforeChange = () =>
        {
            folder.BeforeChange = static () => { };
            waiting = journal.CommitAsync(record).AsTask();
        };
        Assert.Single(journal.Read());
        await waiting;
        Assert.Equal(record, journal.DurableSequence);
    }

    [Fact]
    public async Task A_record_that_came_while_a_group_was_written_waits_for_the_next_write()
    {
        FaultyFolder folder = new();
        using Journal journal = Journal.Open(folder, _options).GetJournal();
        ulong first = journal.Append(1, "first"u8);
        ulong second = 0;
        Task waiting = Task.CompletedTask;
        folder.BeforeChange = () =>
        {
            folder.BeforeChange = static () => { };
            second = journal.Append(1, "second"u8);
            waiting = journal.CommitAsync(second).AsTask();
        };
        journal.Commit(first);
        await waiting;
        Assert.Equal(second, journal.DurableSequence);
        Assert.Equal(["first", "second"], Journal.Open(folder.Restart(RestartKind.PowerCut, new Random(1)), _options).GetJournal().Read().Select(static record => Encoding.UTF8.GetString(record.Content.Span)));
    }

    // The records of an open group are not on disk, however many of them are encoded: what is called durable ends before it.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public async Task What_is_durable_ends_before_a_group_that_is_open(int count)
    {
        FaultyFolder folder = new();
        using Journal journal = Journal.Open(folder, _options).GetJournal();
        ulong before = journal.Append(1, "before"u8);
        ulong seen;
        FaultyFolder cut;
        using (TaskCompletionSourceGate gate = new())
        {
            Task group = Task.Run(() =>
            {
                using RecordGroup records = journal.BeginGroup();
                for (int i = 0; i < count; i++)
                {
                    _ = journal.Append(1, "in the group"u8);
                }

                gate.Reached.SetResult();
                gate.MayEnd.Task.GetAwaiter().GetResult();
                records.Complete();
            });
            await gate.Reached.Task;
            journal.Commit(before);
            seen = journal.DurableSequence;
            cut = folder.Restart(RestartKind.PowerCut, new Random(1));
            gate.MayEnd.SetResult();
            await group;
        }

        Assert.Equal(before, seen);
        using (Journal found = Journal.Open(cut, _options).GetJournal())
        {
            Assert.True(found.Tip.Sequence >= seen);
        }

        journal.Commit(journal.Tip.Sequence);
        Assert.Equal(before + (ulong)count, journal.DurableSequence);
    }

    [Fact]
    public void Nobody_else_gets_the_folder_before_the_last_byte_is_written()
    {
        FaultyFolder folder = new();
        Journal journal = Journal.Open(folder, _options).GetJournal();
        _ = journal.Append(1, "r"u8);
        int changes = 0;
        folder.BeforeChange = () =>
        {
            changes++;
            Assert.Null(folder.TryLock());
        };
        journal.Dispose();
        Assert.True(changes >= 3, "The record, the closing record and their flushes were expected.");
        folder.BeforeChange = static () => { };
        using IDisposable? free = folder.TryLock();
        Assert.NotNull(free);
    }

    // Two histories of one journal, as a copy that went on elsewhere makes them: the same identity, salt, numbers and sizes.
    [Fact]
    public void A_segment_of_another_history_is_refused_though_all_its_records_are_whole()
    {
        (FaultyFolder one, FaultyFolder other) = (History('a'), History('b'));
        string[] names = [.. one.GetNames()];
        Assert.True(names.Length >= 3);
        Assert.Equal(names, other.GetNames());
        for (int index = 1; index < names.Length; index++)
        {
            FaultyFolder mixed = new();
            foreach ((string name, int at) in names.Select(static (name, at) => (name, at)))
            {
                mixed.SetBytes(name, (at < index ? one : other).Bytes(name));
            }

            Assert.Equal(StoreRefusal.BadSegment, Journal.Verify(mixed, _options).Refusal);
            Assert.Null(Journal.Open(mixed, _options).Journal);
        }
    }

    [Fact]
    public void A_snapshot_of_another_history_is_no_snapshot_of_this_one()
    {
        FaultyFolder one = History('a', snapshotAt: 4);
        FaultyFolder other = History('b', snapshotAt: 4);
        string name = one.GetNames().Single(static name => name.StartsWith("snapshot", StringComparison.Ordinal));
        Assert.True(Journal.Verify(one, _options).IsGood);
        one.SetBytes(name, other.Bytes(name));
        Assert.Equal(StoreRefusal.NotOfKnownPoint, Journal.Open(one, _options).Report.Refusal);
    }

    private static FaultyFolder History(char content, int snapshotAt = -1)
    {
        FaultyFolder folder = new();
        using Journal journal = Journal.Open(folder, _options).GetJournal();
        for (int i = 0; i < 14; i++)
        {
            journal.Commit(journal.Append(1, Encoding.UTF8.GetBytes(new string(content, 900))));
            if (i == snapshotAt)
            {
                journal.WriteSnapshot(1, journal.Tip, [(byte)content]);
            }
        }

        return folder;
    }

    private sealed class TaskCompletionSourceGate : IDisposable
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => MayEnd.TrySetResult();
    }
}
