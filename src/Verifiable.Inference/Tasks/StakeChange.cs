using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tasks;

/// <summary>A node's bonded stake on the ledger, where it differs from what a market was last told. Immutable.</summary>
/// <param name="Node">The node.</param>
/// <param name="Stake">Its whole bonded stake; nothing where it has none any more.</param>
public readonly record struct StakeChange(NodeId Node, Amount Stake);
