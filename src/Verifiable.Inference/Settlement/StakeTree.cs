using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Commits to the stakes of a ledger, so that a draw by stake can be proved against a signed head.</summary>
public static class StakeTree
{
    /// <summary>Builds the weight tree of stakes: the key is the node id's digest, the weight the bonded units.</summary>
    public static WeightTree Build(ImmutableSortedDictionary<NodeId, Amount> stakes)
    {
        ArgumentNullException.ThrowIfNull(stakes);
        return new WeightTree(stakes.Select(stake => KeyValuePair.Create(stake.Key.Value, stake.Value.Units)));
    }
}
