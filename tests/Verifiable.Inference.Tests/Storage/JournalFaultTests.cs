using System.Text;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>Fails at every operation on the disk in turn, in every way, and looks at what a restart finds.</summary>
public sealed class JournalFaultTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(4, 3)]
    public void Whatever_fails_at_any_operation_no_acknowledged_record_is_lost(int faultNumber, int restartNumber)
    {
        (FaultKind fault, RestartKind restart) = ((FaultKind)faultNumber, (RestartKind)restartNumber);
        FaultyFolder whole = new();
        new JournalScript().Run(whole);
        Assert.True(whole.Operations > 60);
        for (int at = 0; at < whole.Operations; at++)
        {
            FaultyFolder folder = new() { FailAt = at, Fault = fault };
            JournalScript script = new();
            script.Run(folder);
            Assert.True(folder.Failed);
            for (int seed = 0; seed < (restart == RestartKind.ProcessKilled ? 1 : 4); seed++)
            {
                Check(script, folder.Restart(restart, new Random((1000 * at) + seed)), $"operation {at}, seed {seed}");
            }
        }
    }

    // Nothing waits for the disk here but snapshots, closing, and the change of segments: only the last segment may have a torn tail.
    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    public void Without_waiting_for_the_disk_a_power_cut_leaves_a_prefix_with_everything_that_was_made_durable(int faultNumber, int restartNumber)
    {
        FaultyFolder whole = new();
        new JournalScript(FsyncPolicy.Never).Run(whole);
        for (int at = 0; at < whole.Operations; at++)
        {
            FaultyFolder folder = new() { FailAt = at, Fault = (FaultKind)faultNumber };
            JournalScript script = new(FsyncPolicy.Never);
            script.Run(folder);
            for (int seed = 0; seed < 6; seed++)
            {
                Check(script, folder.Restart((RestartKind)restartNumber, new Random((1000 * at) + seed)), $"operation {at}, seed {seed}");
            }
        }
    }

    [Fact]
    public void Without_a_fault_everything_is_there()
    {
        FaultyFolder folder = new();
        JournalScript script = new();
        script.Run(folder);
        Check(script, folder.Restart(RestartKind.PowerCut, new Random(1)), "whole");
        Assert.True(script.Acknowledged >= 30);
    }

    private static void Check(JournalScript script, FaultyFolder folder, string where)
    {
        JournalOpening opening = Journal.Open(folder, JournalScript.Options);
        Assert.True(opening.Journal is not null, $"{where}: {opening.Report}");
        ulong tip;
        using (Journal journal = opening.Journal)
        {
            tip = journal.Tip.Sequence;
            Assert.True(tip >= script.Durable, $"{where}: {tip} of {script.Durable}");
            Assert.Equal(tip, journal.DurableSequence);
            StoreSnapshot? snapshot = journal.FindSnapshot(1);
            Assert.True((snapshot?.Point.Sequence ?? 0) >= script.Snapshot, where);
            Assert.True(journal.FirstSequence <= (snapshot?.Point.Sequence ?? 0) + 1, where);
            HashSet<ulong> there = [];
            foreach (StoredRecord record in journal.Read(journal.FirstSequence - 1))
            {
                Assert.Equal(script.Appended[record.Sequence], Encoding.UTF8.GetString(record.Content.Span));
                Assert.True(there.Add(record.Sequence));
            }

            // A prefix: everything up to the tip that was not freed.
            Assert.Equal(script.Appended.Keys.Where(sequence => sequence >= journal.FirstSequence && sequence <= tip).Order(), there.Order());
            Assert.All(script.Groups, group => Assert.True(group[0] < journal.FirstSequence || group.All(there.Contains) || !group.Any(there.Contains), where));
            journal.MakeDurable(journal.Append(3, "after"u8));
        }

        using Journal again = Journal.Open(folder, JournalScript.Options).GetJournal();
        Assert.Equal("after", Encoding.UTF8.GetString(again.Read(tip).Single().Content.Span));
    }
}
