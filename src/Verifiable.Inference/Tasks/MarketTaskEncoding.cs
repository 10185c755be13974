using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tasks;

/// <summary>Writes and reads one task for a market's snapshot.</summary>
internal static class MarketTaskEncoding
{
    /// <summary>Writes a task.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="task">The task.</param>
    /// <param name="stakes">The stakes of the open task before; then those of this one, if it is open.</param>
    public static void Write(ref CanonicalWriter writer, MarketTask task, ref ImmutableSortedDictionary<NodeId, Amount> stakes)
    {
        task.Posting.WriteTo(ref writer);
        writer.WriteDigest(task.DrawCommitment);
        writer.WriteByte((byte)task.State);
        writer.WriteInt64(task.PostedAt);
        writer.WriteInt64(task.QueuedAt);
        task.Provider.WriteTo(ref writer);
        writer.WriteUInt64(task.Price.Units);
        writer.WriteInt64(task.Due);
        writer.WriteDigest(task.LedgerTask);
        writer.WriteDigest(task.Claim);
        writer.WriteUInt32((uint)task.Assignments);
        writer.WriteUInt32((uint)task.Reassignments);
        writer.WriteUInt32((uint)task.Requeues);
        writer.WriteBoolean(task.IsDrawOpened);
        if (task.IsDrawOpened)
        {
            writer.WriteDigest(task.DrawSecret);
        }

        task.Challenger.WriteTo(ref writer);
        writer.WriteDigest(task.Recomputation);
        writer.WriteUInt32((uint)task.Recomputations);
        writer.WriteBoolean(task.IsVerified);
        writer.WriteList(task.Excluded);
        if (!task.IsClosed)
        {
            WriteStakes(ref writer, stakes, task.Stakes);
            stakes = task.Stakes;
        }
    }

    /// <summary>Reads a task; <see langword="null"/> when it is none that a market has.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="number">The order of posting.</param>
    /// <param name="stakes">The stakes of the open task before; then those of this one, if it is open.</param>
    public static MarketTask? Read(ref CanonicalReader reader, ulong number, ref ImmutableSortedDictionary<NodeId, Amount> stakes)
    {
        MarketPosting? posting = reader.Read<MarketPosting>();
        if (posting is null)
        {
            return null;
        }

        MarketTask task = new()
        {
            Posting = posting,
            Id = posting.Digest,
            Number = number,
            DrawCommitment = reader.ReadDigest(),
            State = (MarketTaskState)reader.ReadByte(),
            PostedAt = reader.ReadInt64(),
            QueuedAt = reader.ReadInt64(),
            Provider = reader.Read<NodeId>(),
            Price = new Amount(reader.ReadUInt64()),
            Due = reader.ReadInt64(),
            LedgerTask = reader.ReadDigest(),
            Claim = reader.ReadDigest(),
            Assignments = ReadCount(ref reader),
            Reassignments = ReadCount(ref reader),
            Requeues = ReadCount(ref reader),
            IsDrawOpened = reader.ReadBoolean(),
        };
        task = task with
        {
            DrawSecret = task.IsDrawOpened ? reader.ReadDigest() : default,
            Challenger = reader.Read<NodeId>(),
            Recomputation = reader.ReadDigest(),
            Recomputations = ReadCount(ref reader),
            IsVerified = reader.ReadBoolean(),
            Excluded = reader.ReadList<NodeId>(ushort.MaxValue),
        };
        if (reader.Failed || !IsSound(task))
        {
            reader.Fail();
            return null;
        }

        if (!task.IsClosed)
        {
            stakes = ReadStakes(ref reader, stakes);
            task = task with { Stakes = stakes };
        }

        return task;
    }

    /// <summary>Writes stakes as what must change in others to make them.</summary>
    public static void WriteStakes(ref CanonicalWriter writer, ImmutableSortedDictionary<NodeId, Amount> from, ImmutableSortedDictionary<NodeId, Amount> to)
    {
        ImmutableArray<StakeChange> changes = MarketStakes.Compare(from, to);
        writer.WriteUInt32((uint)changes.Length);
        foreach (StakeChange change in changes)
        {
            change.Node.WriteTo(ref writer);
            writer.WriteUInt64(change.Stake.Units);
        }
    }

    /// <summary>Reads stakes as what must change in others to make them; every change must be one.</summary>
    public static ImmutableSortedDictionary<NodeId, Amount> ReadStakes(ref CanonicalReader reader, ImmutableSortedDictionary<NodeId, Amount> from)
    {
        ImmutableArray<StakeChange> changes = Settlement.LedgerSnapshot.ReadMany(
            ref reader, static (ref CanonicalReader item) => new StakeChange(item.Read<NodeId>(), new Amount(item.ReadUInt64())));
        if (changes.IsEmpty)
        {
            return from;
        }

        if (reader.Failed || !MarketStakes.TryChange(from, changes.AsSpan(), out ImmutableSortedDictionary<NodeId, Amount> to))
        {
            reader.Fail();
            return from;
        }

        return to;
    }

    private static int ReadCount(ref CanonicalReader reader)
    {
        uint count = reader.ReadUInt32();
        if (count > int.MaxValue)
        {
            reader.Fail();
        }

        return (int)(count & int.MaxValue);
    }

    private static bool IsSound(MarketTask task) =>
        task.State is > MarketTaskState.None and <= MarketTaskState.Failed
        && task.Price <= task.Posting.PriceLimit
        && task.Reassignments <= task.Posting.MaxReassignments + 1
        && task.Recomputations <= ushort.MaxValue
        && (!task.IsDrawOpened || MarketDrawChain.IsLink(task.DrawCommitment, task.DrawSecret, task.Assignments))
        && (task.Posting.Assignment != MarketAssignment.Strategy || task.Provider == default)
        && (task.Provider == default || task.Assignments is >= 1 and <= MarketDrawChain.Length)
        && (task.State is not (MarketTaskState.Answered or MarketTaskState.Provisional or MarketTaskState.Challenged or MarketTaskState.Reversed) || task.Provider != default)
        && (task.State != MarketTaskState.Assigned || task.Posting.Assignment == MarketAssignment.Strategy || task.Provider != default)
        && task.Excluded.Distinct().Count() == task.Excluded.Length;
}
