using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>Follows the public ledger as any node can, and says what it shows of a requester's tasks at a moment.</summary>
internal sealed class LedgerView(InferenceLedger ledger)
{
    private readonly Dictionary<Digest, Followed> _open = [];
    private readonly List<long> _openings = [];
    private readonly List<(long Time, int Tasks)> _settlements = [];
    private readonly Dictionary<Digest, Followed> _all = [];
    private readonly List<Followed> _inOrder = [];
    private ulong _read;

    /// <summary>Makes the numbers that a node sees of a task when it must decide whether to compute: terms, sizes, order, times, and the whole ledger up to now.</summary>
    public double[] Features(TaskEnvelope envelope, int offerBytes, long now)
    {
        Follow();
        Followed own = _all[envelope.Digest];
        Followed[] open = [.. _open.Values];
        Followed[] others = [.. open.Where(task => task != own)];
        Followed[] round = [.. _all.Values.Where(task => task.OpenedAt == own.OpenedAt)];
        return
        [
            offerBytes,
            envelope.Reward.Units,
            envelope.Escrow.Units,
            envelope.StakeAtRisk.Units,
            envelope.Deadline - own.OpenedAt,
            envelope.OpeningDeadline - envelope.Deadline,
            round.Length,
            round.Count(task => task.Number < own.Number),
            round.Count(task => task.Provider == envelope.Provider),
            open.Length,
            others.Count(task => task.ClaimedAt >= 0),
            others.Count(task => task.ClaimedAt < 0),
            others.Count(task => task.OpenedAt < own.OpenedAt && task.ClaimedAt >= 0 && task.ClaimedAt <= own.OpenedAt),
            Within(now, 1_000),
            Within(now, 2_000),
            Within(now, 5_000),
            Within(now, 10_000),
            Within(now, 20_000),
            Within(own.OpenedAt, 1_000),
            Within(own.OpenedAt, 10_000),
            Older(others, own, 5_000),
            Older(others, own, 10_000),
            Older(others, own, 20_000),
            Older(others, own, 40_000),
            others.Length == 0 ? -1 : now - others.Min(task => task.OpenedAt),
            others.Where(task => task.ClaimedAt >= 0).Select(task => (double)(own.OpenedAt - task.ClaimedAt)).Where(age => age >= 0).DefaultIfEmpty(-1).Min(),
            open.Count(task => task.Provider == envelope.Provider),
            own.OpenedAt % 1000,
            own.OpenedAt % 30_000,
            DistinctProvidersUntil(own),
            now % 1000,
            now - own.OpenedAt,
            own.Number % 2,
            _settlements.Count(item => item.Tasks > 1 && item.Time > now - 10_000),
            _settlements.Count(item => item.Time > now - 5_000),
            _settlements.Count == 0 ? 0 : _settlements[^1].Tasks,
            FirstByte(envelope.Digest),
            FirstByte(envelope.Binding),
            FirstByte(envelope.AuditCommitment),
        ];
    }

    private int Within(long now, long span)
    {
        int count = 0;
        for (int i = _openings.Count - 1; i >= 0 && _openings[i] > now - span; i--)
        {
            count += _openings[i] <= now ? 1 : 0;
        }

        return count;
    }

    // The voters of one mismatch are different providers, asked one after the other.
    private int DistinctProvidersUntil(Followed own)
    {
        int last = _inOrder.LastIndexOf(own);
        int first = Math.Max(0, last - 7);
        return _inOrder.GetRange(first, last - first + 1).Select(static task => task.Provider).Distinct().Count();
    }

    private static int Older(Followed[] others, Followed own, long span) => others.Count(task => task.OpenedAt <= own.OpenedAt - span);

    private static double FirstByte(Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes[0];
    }

    private void Follow()
    {
        foreach (LedgerEntry entry in ledger.ReadEntries(_read))
        {
            _read = entry.Sequence;
            switch (entry.Command)
            {
                case OpenTask open:
                    _all[open.Task] = _open[open.Task] = new Followed { OpenedAt = entry.Time, Number = entry.Sequence, Provider = open.Provider };
                    _inOrder.Add(_all[open.Task]);
                    _openings.Add(entry.Time);
                    break;
                case PostClaim post:
                    _all[post.Task].ClaimedAt = entry.Time;
                    break;
                case CancelTask cancel:
                    _ = _open.Remove(cancel.Task);
                    break;
                case Settle settle:
                    _settlements.Add((entry.Time, settle.Tasks.Length));
                    foreach (TaskSettlement item in settle.Tasks)
                    {
                        _ = _open.Remove(item.Task);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private sealed class Followed
    {
        public long OpenedAt { get; init; }

        public ulong Number { get; init; }

        public NodeId Provider { get; init; }

        public long ClaimedAt { get; set; } = -1;
    }
}
