using System.Collections.Immutable;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>What share of all bonded stake each node holds: what a provider needs to know to tell how much of the stake is left when it, and others, are barred from a draw. Immutable and thread-safe.</summary>
public sealed class StakeShares
{
    // As many as the largest committee of a quorum can bar.
    private const int Kept = 512;

    private readonly ImmutableSortedDictionary<NodeId, Amount> _stakes;
    private readonly decimal _total;
    private readonly Lazy<(NodeId Node, ulong Stake)[]> _largest;

    /// <summary>Adds the stakes up.</summary>
    /// <param name="stakes">The bonded stakes of all nodes that have some.</param>
    public StakeShares(ImmutableSortedDictionary<NodeId, Amount> stakes)
    {
        ArgumentNullException.ThrowIfNull(stakes);
        _stakes = stakes;
        _total = stakes.Values.Aggregate(0m, static (sum, stake) => sum + stake.Units);
        _largest = new(() => FindLargest(stakes));
    }

    /// <summary>Gets the share of a node, in [0, 1]; 0 for one without stake.</summary>
    public decimal ShareOf(NodeId node) => _stakes.TryGetValue(node, out Amount stake) ? stake.Units / _total : 0;

    /// <summary>Gets the share that the largest other nodes hold together, in [0, 1].</summary>
    /// <param name="node">Who is not counted.</param>
    /// <param name="count">How many others, 0 to 511.</param>
    public decimal LargestOthers(NodeId node, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(count, Kept);
        return count == 0 || _total == 0
            ? 0
            : _largest.Value.Where(other => other.Node != node).Take(count).Aggregate(0m, static (sum, other) => sum + other.Stake) / _total;
    }

    private static (NodeId Node, ulong Stake)[] FindLargest(ImmutableSortedDictionary<NodeId, Amount> stakes)
    {
        PriorityQueue<NodeId, ulong> largest = new(Kept + 1);
        foreach ((NodeId node, Amount stake) in stakes)
        {
            if (largest.Count < Kept)
            {
                largest.Enqueue(node, stake.Units);
            }
            else
            {
                _ = largest.EnqueueDequeue(node, stake.Units);
            }
        }

        return [.. largest.UnorderedItems.Select(static item => (item.Element, item.Priority)).OrderByDescending(static item => item.Priority)];
    }
}
