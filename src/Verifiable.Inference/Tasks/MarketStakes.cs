using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tasks;

/// <summary>The ledger's stakes as a market knows them: what changed, and who is drawn from them.</summary>
internal static class MarketStakes
{
    /// <summary>The largest number of draws for one recomputer, those that fell on who may not recompute included: 1024, for they may hold nearly all stake.</summary>
    public const int MaxDraws = 1024;

    /// <summary>Says what must change in one set of stakes to make it another, in the order of the nodes.</summary>
    public static ImmutableArray<StakeChange> Compare(ImmutableSortedDictionary<NodeId, Amount> from, ImmutableSortedDictionary<NodeId, Amount> to)
    {
        if (ReferenceEquals(from, to))
        {
            return [];
        }

        ImmutableArray<StakeChange>.Builder changes = ImmutableArray.CreateBuilder<StakeChange>();
        using ImmutableSortedDictionary<NodeId, Amount>.Enumerator old = from.GetEnumerator();
        using ImmutableSortedDictionary<NodeId, Amount>.Enumerator next = to.GetEnumerator();
        bool hasOld = old.MoveNext();
        bool hasNext = next.MoveNext();
        while (hasOld || hasNext)
        {
            int order = !hasOld ? 1 : !hasNext ? -1 : old.Current.Key.CompareTo(next.Current.Key);
            if (order < 0)
            {
                changes.Add(new StakeChange(old.Current.Key, Amount.Zero));
            }
            else if (order > 0 || old.Current.Value != next.Current.Value)
            {
                changes.Add(new StakeChange(next.Current.Key, next.Current.Value));
            }

            hasOld = order <= 0 ? old.MoveNext() : hasOld;
            hasNext = order >= 0 ? next.MoveNext() : hasNext;
        }

        return changes.DrainToImmutable();
    }

    /// <summary>Makes changes; <see langword="false"/> where one of them changes nothing, or they are not in the order of the nodes.</summary>
    public static bool TryChange(ImmutableSortedDictionary<NodeId, Amount> stakes, ReadOnlySpan<StakeChange> changes, out ImmutableSortedDictionary<NodeId, Amount> next)
    {
        ImmutableSortedDictionary<NodeId, Amount>.Builder builder = stakes.ToBuilder();
        next = stakes;
        NodeId last = default;
        foreach (StakeChange change in changes)
        {
            if (change.Node.CompareTo(last) <= 0 || stakes.GetValueOrDefault(change.Node) == change.Stake)
            {
                return false;
            }

            last = change.Node;
            if (change.Stake == Amount.Zero)
            {
                _ = builder.Remove(change.Node);
            }
            else
            {
                builder[change.Node] = change.Stake;
            }
        }

        next = builder.ToImmutable();
        return true;
    }

    /// <summary>
    /// Draws the provider that recomputes a claim, from the stakes that were bonded when the task was posted; nobody where no weight is left. Who may not recompute keeps its weight, and a draw that
    /// falls on it is drawn again: so whoever challenges, knowing the secret, moves the draw of nobody but itself.
    /// </summary>
    public static NodeId Draw(MarketTask task, int attempt)
    {
        UInt128 sum = UInt128.Zero;
        foreach (Amount stake in task.Stakes.Values)
        {
            sum += stake.Units;
        }

        if (sum > ulong.MaxValue)
        {
            // More than any ledger holds.
            return default;
        }

        WeightTree stakes = StakeTree.Build(task.Stakes);
        HashSet<NodeId> barred = [.. task.Excluded, task.Provider, task.Challenger, task.Posting.Requester];
        if (task.Stakes.Keys.All(barred.Contains))
        {
            return default;
        }

        for (int draw = 0; draw < MaxDraws; draw++)
        {
            int drawn = StakeDraw.Draw(stakes, task.DrawSecret, task.Id, new Seat(TaskRole.Validator, checked((ushort)draw), checked((ushort)attempt)), task.Claim);
            if (drawn >= 0 && new NodeId(stakes.Leaves[drawn].Key) is var node && !barred.Contains(node))
            {
                return node;
            }
        }

        return default;
    }
}
