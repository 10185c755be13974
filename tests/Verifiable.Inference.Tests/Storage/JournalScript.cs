using System.Globalization;
using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>A fixed piece of work with a journal that makes every kind of operation on its folder, and remembers what it was promised.</summary>
internal sealed class JournalScript(FsyncPolicy policy = FsyncPolicy.EachCommit)
{
    public static readonly JournalOptions Options = new() { Identity = Digest.Of("script"u8), SegmentBytes = 4096, MaxRecordBytes = 2048, Salt = 0x1122334455667788, DropsUnprovenTail = true };

    /// <summary>Gets what was appended, by number; an append that failed may still have happened.</summary>
    public Dictionary<ulong, string> Appended { get; } = [];

    /// <summary>Gets the groups: a record is there only if all of its group are.</summary>
    public List<ulong[]> Groups { get; } = [];

    /// <summary>Gets the last record that was acknowledged.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>Gets the last record that no crash may lose, under the policy.</summary>
    public ulong Durable => policy == FsyncPolicy.EachCommit ? Acknowledged : Snapshot;

    /// <summary>Gets the last snapshot that was acknowledged.</summary>
    public ulong Snapshot { get; private set; }

    /// <summary>Does the work, or as much of it as the folder lets it.</summary>
    public void Run(FaultyFolder folder)
    {
        try
        {
            for (int session = 0; session < 3; session++)
            {
                using Journal journal = Journal.Open(folder, Options with { Fsync = policy }).GetJournal();
                for (int i = 0; i < 12; i++)
                {
                    Step(journal, i);
                }
            }
        }
        catch (IOException)
        {
        }
    }

    private void Step(Journal journal, int step)
    {
        switch (step % 6)
        {
            case 2:
                ulong[] group = new ulong[3];
                using (RecordGroup records = journal.BeginGroup())
                {
                    for (int i = 0; i < group.Length; i++)
                    {
                        group[i] = Append(journal, 2, 300);
                        journal.Commit(group[i]);
                    }

                    records.Complete();
                }

                Groups.Add(group);
                journal.Commit(group[^1]);
                Acknowledged = group[^1];
                break;
            case 5:
                StorePoint tip = journal.Tip;
                journal.WriteSnapshot(1, tip, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"snapshot {tip.Sequence}")));
                Acknowledged = tip.Sequence;
                Snapshot = tip.Sequence;
                _ = journal.Free(tip.Sequence);
                break;
            default:
                // Several records share a commit.
                _ = Append(journal, 1, 700);
                ulong last = Append(journal, 1, 10);
                journal.Commit(last);
                Acknowledged = last;
                break;
        }
    }

    private ulong Append(Journal journal, byte stream, int length)
    {
        ulong next = Appended.Keys.DefaultIfEmpty().Max() + 1;
        string content = string.Create(CultureInfo.InvariantCulture, $"{stream}:{Appended.Count}:").PadRight(length, 'x');
        ulong sequence = journal.Append(stream, Encoding.UTF8.GetBytes(content));
        Assert.True(sequence >= next);
        Appended[sequence] = content;
        return sequence;
    }
}
