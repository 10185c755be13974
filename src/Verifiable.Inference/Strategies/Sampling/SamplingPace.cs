using Verifiable.Inference.Strategies.Duplication;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>What a requester does so that the ledger does not tell what its envelopes are for. <c>default</c> hides nothing: every envelope goes out at once, every request is settled at once.</summary>
/// <param name="Mixer">Releases envelopes in rounds.</param>
/// <param name="SettlementDelay">The time from the first envelope to the settlement, in milliseconds.</param>
/// <param name="VoteSpread">The time over which the envelopes of one vote are spread at random, in milliseconds: a whole number of the beacon's intervals. Else a vote would be a burst of envelopes to different
/// providers, at a time of the beacon's.</param>
internal readonly record struct SamplingPace(EnvelopeMixer? Mixer, long SettlementDelay, long VoteSpread);
