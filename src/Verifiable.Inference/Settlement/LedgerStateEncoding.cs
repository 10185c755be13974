using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Writes and reads a ledger's state for snapshots. Sums are not written: they are made again, and must come out conserved.</summary>
internal static class LedgerStateEncoding
{
    /// <summary>Writes a state.</summary>
    public static void Write(ref CanonicalWriter writer, LedgerState state)
    {
        writer.WriteInt64(state.Time);
        writer.WriteUInt64(state.Totals.Deposited.Units);
        writer.WriteUInt64(state.Totals.Withdrawn.Units);
        writer.WriteUInt64(state.Totals.Burnt.Units);
        writer.WriteUInt32((uint)state.Accounts.Count);
        foreach ((NodeId node, LedgerAccount account) in state.Accounts)
        {
            node.WriteTo(ref writer);
            writer.WriteUInt64(account.Balance.Units);
            writer.WriteUInt64(account.FreeStake.Units);
            writer.WriteUInt64(account.ReservedStake.Units);
            writer.WriteUInt64(account.Unbonding.Units);
            writer.WriteInt64(account.UnbondedAt);
        }

        writer.WriteUInt32((uint)state.Tasks.Count);
        foreach (TaskRecord task in state.Tasks.Values)
        {
            WriteTask(ref writer, task);
        }

        writer.WriteUInt32((uint)state.Collaterals.Count);
        foreach (Collateral collateral in state.Collaterals.Values)
        {
            collateral.WriteTo(ref writer);
        }

        writer.WriteUInt32((uint)state.Done.Count);
        foreach ((Digest id, DoneCommand done) in state.Done)
        {
            writer.WriteDigest(id);
            writer.WriteDigest(done.Command);
            writer.WriteInt64(done.Expiry);
        }
    }

    /// <summary>Reads a state; <see langword="null"/> when it is not one, or money was lost or made in it.</summary>
    public static LedgerState? Read(ref CanonicalReader reader)
    {
        long time = reader.ReadInt64();
        LedgerTotals totals = new() { Deposited = new Amount(reader.ReadUInt64()), Withdrawn = new Amount(reader.ReadUInt64()), Burnt = new Amount(reader.ReadUInt64()) };
        ImmutableArray<KeyValuePair<NodeId, LedgerAccount>> accounts = LedgerSnapshot.ReadMany(ref reader, ReadAccount);
        ImmutableArray<TaskRecord> tasks = LedgerSnapshot.ReadMany(ref reader, ReadTask);
        ImmutableArray<Collateral> collaterals = LedgerSnapshot.ReadMany(ref reader, static (ref CanonicalReader item) => item.Read<Collateral>()!);
        ImmutableArray<KeyValuePair<Digest, DoneCommand>> done = LedgerSnapshot.ReadMany(
            ref reader, static (ref CanonicalReader item) => KeyValuePair.Create(item.ReadDigest(), new DoneCommand(item.ReadDigest(), item.ReadInt64())));
        bool isGood = !reader.Failed
            && LedgerSnapshot.IsRising(accounts.Select(static account => account.Key)) && !accounts.Any(static account => account.Value == default || account.Key == default)
            && LedgerSnapshot.IsRising(tasks.Select(static task => task.Task)) && LedgerSnapshot.IsRising(collaterals.Select(static collateral => collateral.Id))
            && LedgerSnapshot.IsRising(done.Select(static item => item.Key));
        if (!isGood || !TrySum(accounts, tasks, collaterals, ref totals) || !totals.IsConserved)
        {
            reader.Fail();
            return null;
        }

        return new LedgerState(
            ImmutableSortedDictionary.CreateRange(accounts),
            accounts.Where(static account => account.Value.Stake != Amount.Zero).ToImmutableSortedDictionary(static account => account.Key, static account => account.Value.Stake),
            tasks.ToImmutableSortedDictionary(static task => task.Task, static task => task),
            totals,
            time)
        {
            Collaterals = collaterals.ToImmutableSortedDictionary(static collateral => collateral.Id, static collateral => collateral),
            Done = ImmutableSortedDictionary.CreateRange(done),
        };
    }

    /// <summary>Writes what is kept of a task besides.</summary>
    public static void WritePapers(ref CanonicalWriter writer, Digest task, TaskPapers papers)
    {
        writer.WriteDigest(task);
        writer.WriteUInt64(papers.FreshFrom);
        WriteOptional(ref writer, papers.Acceptance);
        WriteOptional(ref writer, papers.Posting);
        WriteOptional(ref writer, papers.Revealed);
        writer.WriteDigest(papers.Evidence);
        writer.WriteDigest(papers.HashBefore);
        WriteOptional(ref writer, papers.Head);
    }

    /// <summary>Reads what is kept of a task besides.</summary>
    public static KeyValuePair<Digest, TaskPapers> ReadPapers(ref CanonicalReader reader)
    {
        Digest task = reader.ReadDigest();
        return KeyValuePair.Create(task, new TaskPapers
        {
            FreshFrom = reader.ReadUInt64(),
            Acceptance = ReadOptional<CommandAuthorization>(ref reader),
            Posting = ReadOptional<CommandAuthorization>(ref reader),
            Revealed = ReadOptional<SignedClaim>(ref reader),
            Evidence = reader.ReadDigest(),
            HashBefore = reader.ReadDigest(),
            Head = ReadOptional<Signed<LedgerHead>>(ref reader),
        });
    }

    private static bool TrySum(
        ImmutableArray<KeyValuePair<NodeId, LedgerAccount>> accounts, ImmutableArray<TaskRecord> tasks, ImmutableArray<Collateral> collaterals, ref LedgerTotals totals)
    {
        UInt128 balances = 0, free = 0, reserved = 0, unbonding = 0, escrows = 0, locked = 0;
        foreach ((_, LedgerAccount account) in accounts)
        {
            balances += account.Balance.Units;
            free += account.FreeStake.Units;
            reserved += account.ReservedStake.Units;
            unbonding += account.Unbonding.Units;
        }

        foreach (TaskRecord task in tasks)
        {
            escrows += task.IsClosed ? 0 : task.Escrow.Units;
        }

        foreach (Collateral collateral in collaterals)
        {
            locked += collateral.IsClosed ? 0 : collateral.Amount.Units;
        }

        if (balances + free + reserved + unbonding + escrows + locked > totals.Deposited.Units)
        {
            return false;
        }

        totals = totals with
        {
            Balances = new Amount((ulong)balances),
            FreeStakes = new Amount((ulong)free),
            ReservedStakes = new Amount((ulong)reserved),
            Unbonding = new Amount((ulong)unbonding),
            Escrows = new Amount((ulong)escrows),
            Collaterals = new Amount((ulong)locked),
        };
        return true;
    }

    private static void WriteTask(ref CanonicalWriter writer, TaskRecord task)
    {
        writer.WriteDigest(task.Task);
        task.Requester.WriteTo(ref writer);
        task.Provider.WriteTo(ref writer);
        writer.WriteUInt64(task.Escrow.Units);
        writer.WriteUInt64(task.Reward.Units);
        writer.WriteUInt64(task.StakeAtRisk.Units);
        writer.WriteUInt64(task.ClaimBond.Units);
        writer.WriteInt64(task.Deadline);
        writer.WriteInt64(task.OpeningDeadline);
        writer.WriteDigest(task.AuditCommitment);
        writer.WriteDigest(task.BindingDigest);
        writer.WriteInt64(task.OpenedAt);
        writer.WriteByte((byte)task.State);
        WriteOptional(ref writer, task.Claim);
        writer.WriteByte((byte)task.Delivery);
        writer.WriteByte((byte)task.Court);
        writer.WriteByte((byte)task.Cause);
        WriteOptional(ref writer, task.AuditSecret);
    }

    private static TaskRecord ReadTask(ref CanonicalReader reader)
    {
        TaskRecord task = new()
        {
            Task = reader.ReadDigest(),
            Requester = reader.Read<NodeId>(),
            Provider = reader.Read<NodeId>(),
            Escrow = new Amount(reader.ReadUInt64()),
            Reward = new Amount(reader.ReadUInt64()),
            StakeAtRisk = new Amount(reader.ReadUInt64()),
            ClaimBond = new Amount(reader.ReadUInt64()),
            Deadline = reader.ReadInt64(),
            OpeningDeadline = reader.ReadInt64(),
            AuditCommitment = reader.ReadDigest(),
            BindingDigest = reader.ReadDigest(),
            OpenedAt = reader.ReadInt64(),
            State = (TaskState)reader.ReadByte(),
            Claim = reader.ReadBoolean() ? reader.ReadDigest() : null,
            Delivery = (ClaimDelivery)reader.ReadByte(),
            Court = (CourtStanding)reader.ReadByte(),
            Cause = (SettlementCause)reader.ReadByte(),
            AuditSecret = reader.ReadBoolean() ? reader.ReadDigest() : null,
        };
        if (task.State is TaskState.None or > TaskState.Expired || task.Delivery > ClaimDelivery.Revealed || task.Cause > SettlementCause.Convicted
            || task.Court > CourtStanding.Convicted || (task.Court != CourtStanding.None && task.ClaimBond == Amount.Zero) || (task.Court == CourtStanding.Pending && task.State != TaskState.Claimed)
            || task.Reward > task.Escrow || task.Deadline < 0 || task.OpeningDeadline <= task.Deadline)
        {
            reader.Fail();
        }

        return task;
    }

    private static KeyValuePair<NodeId, LedgerAccount> ReadAccount(ref CanonicalReader reader)
    {
        NodeId node = reader.Read<NodeId>();
        LedgerAccount account = new(new Amount(reader.ReadUInt64()), new Amount(reader.ReadUInt64()), new Amount(reader.ReadUInt64()))
        {
            Unbonding = new Amount(reader.ReadUInt64()),
            UnbondedAt = reader.ReadInt64(),
        };
        if (account.Unbonding == Amount.Zero && account.UnbondedAt != 0)
        {
            reader.Fail();
        }

        // The parts are summed before anything else is, so that the stake cannot overflow where the sums do not.
        if (!Amount.TryAdd(account.FreeStake, account.ReservedStake, out _))
        {
            reader.Fail();
        }

        return KeyValuePair.Create(node, account);
    }

    private static void WriteOptional<T>(ref CanonicalWriter writer, T? value)
        where T : class, ICanonical<T>
    {
        writer.WriteBoolean(value is not null);
        value?.WriteTo(ref writer);
    }

    private static void WriteOptional(ref CanonicalWriter writer, Digest? value)
    {
        writer.WriteBoolean(value is not null);
        if (value is { } digest)
        {
            writer.WriteDigest(digest);
        }
    }

    private static T? ReadOptional<T>(ref CanonicalReader reader)
        where T : class, ICanonical<T> => reader.ReadBoolean() ? reader.Read<T>() : null;
}
