using System.Text;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>Journals that are killed and lose power again and again, at random: what was called durable once is there for ever, wherever segments begin and whoever wrote it.</summary>
public sealed class JournalLossTests
{
    [Theory]
    [InlineData(FsyncPolicy.EachCommit)]
    [InlineData(FsyncPolicy.Interval)]
    [InlineData(FsyncPolicy.Never)]
    public void What_was_durable_once_outlives_every_mixture_of_kills_and_power_cuts(FsyncPolicy policy)
    {
        int rotations = 0;
        int killed = 0;
        for (int seed = 0; seed < 250; seed++)
        {
            Random random = new(seed);
            JournalOptions options = JournalScript.Options with { Fsync = policy, FsyncInterval = TimeSpan.FromHours(1), SegmentBytes = 4096 };
            FaultyFolder folder = new();
            Dictionary<ulong, string> appended = [];
            ulong durable = 0;
            for (int life = 0; life < 6; life++)
            {
                JournalOpening opening = Journal.Open(folder, options);
                Assert.True(opening.Journal is not null, $"seed {seed}, life {life}: {opening.Report}");
                Journal journal = opening.Journal;
                ulong tip = journal.Tip.Sequence;
                Assert.True(tip >= durable, $"seed {seed}, life {life}: {tip} records are left of {durable}.");
                Assert.Equal(tip, journal.DurableSequence);
                Assert.All(journal.Read(journal.FirstSequence - 1), record => Assert.Equal(appended[record.Sequence], Encoding.UTF8.GetString(record.Content.Span)));
                foreach (ulong lost in appended.Keys.Where(sequence => sequence > tip).ToArray())
                {
                    _ = appended.Remove(lost);
                }

                for (int step = random.Next(12); step > 0; step--)
                {
                    Step(journal, random, appended);
                }

                rotations += folder.GetNames().Count > 1 ? 1 : 0;
                durable = journal.DurableSequence;
                RestartKind restart = (RestartKind)random.Next(1, 4);
                killed += restart == RestartKind.ProcessKilled ? 1 : 0;

                // The journal is left as it is: its process is gone.
                folder = folder.Restart(restart, random);
            }
        }

        Assert.True(rotations > 100 && killed > 300, $"{rotations} changes of segments, {killed} kills");
    }

    // A write that was cut off leaves nothing for the next records to be mistaken with.
    [Fact]
    public void After_a_torn_tail_of_any_length_the_journal_goes_on_where_it_ended()
    {
        FaultyFolder whole = new();
        using (Journal journal = Journal.Open(whole, JournalScript.Options).GetJournal())
        {
            for (int i = 0; i < 5; i++)
            {
                journal.Commit(journal.Append(1, new byte[40 + (30 * i)]));
            }
        }

        string name = Assert.Single(whole.GetNames());
        for (int length = whole.Bytes(name).Length; length > 200; length--)
        {
            FaultyFolder folder = new();
            folder.SetBytes(name, whole.Bytes(name)[..length]);
            ulong tip;
            using (Journal torn = Journal.Open(folder, JournalScript.Options).GetJournal())
            {
                tip = torn.Tip.Sequence;
                torn.MakeDurable(torn.Append(1, "s"u8));
                Assert.Equal(tip + 1, torn.Tip.Sequence);
            }

            using Journal again = Journal.Open(folder, JournalScript.Options).GetJournal();
            Assert.Equal("s", Encoding.UTF8.GetString(again.Read(tip).Single().Content.Span));
            Assert.Equal(0, Journal.Verify(folder, JournalScript.Options).TornBytes);
        }
    }

    private static void Step(Journal journal, Random random, Dictionary<ulong, string> appended)
    {
        switch (random.Next(8))
        {
            case 0:
                journal.MakeDurable(journal.Tip.Sequence);
                Assert.Equal(journal.Tip.Sequence, journal.DurableSequence);
                break;
            case 1:
                StorePoint tip = journal.Tip;
                journal.WriteSnapshot(1, tip, Encoding.UTF8.GetBytes($"snapshot {tip.Sequence}"));
                break;
            case 2:
                using (RecordGroup group = journal.BeginGroup())
                {
                    for (int i = random.Next(1, 4); i > 0; i--)
                    {
                        Append(journal, random, appended);
                    }

                    group.Complete();
                }

                journal.Commit(journal.Tip.Sequence);
                break;
            default:
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    Append(journal, random, appended);
                }

                journal.Commit(journal.Tip.Sequence);
                break;
        }
    }

    private static void Append(Journal journal, Random random, Dictionary<ulong, string> appended)
    {
        string content = new((char)('a' + random.Next(26)), random.Next(1500));
        appended[journal.Append(1, Encoding.UTF8.GetBytes(content))] = content;
    }
}
