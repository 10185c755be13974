using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>The draws of both committees: the first by the secret alone, the second, without the providers of the first, by the beacon. Pure.</summary>
internal static class QuorumDraws
{
    /// <summary>The largest number of draws for one seat, those that fell on the first committee included: 128.</summary>
    public const int MaxDraws = 128;

    /// <summary>Gives what must be fixed before the seats of a committee are drawn.</summary>
    public static Digest After(TaskRole role, Digest? beacon) => role == TaskRole.Voter ? beacon ?? default : default;

    /// <summary>Draws a leaf for a seat.</summary>
    public static int Draw(WeightTree stakes, Digest secret, Digest request, Seat seat, Digest? beacon) =>
        CommitteeDraws.Draw(stakes, secret, request, seat, After(seat.Role, beacon));

    /// <summary>Tells whether every provider holds the seats that are drawn for it, with no more draws refused than the terms allow.</summary>
    public static bool Hold(InferenceRequest request, QuorumTerms terms, QuorumRecord record)
    {
        Digest digest = request.Digest;
        List<CommitteeDraws.Leaf> first = [];
        foreach (QuorumHolding holding in record.Holdings)
        {
            WeightProof proof = holding.Record.Stake;
            if (proof.Key != holding.Provider.Value || !CommitteeDraws.Leaf.TryRead(proof, request.StakesRoot, out CommitteeDraws.Leaf leaf))
            {
                return false;
            }

            bool votes = holding.Role == TaskRole.Voter;
            if (!votes && !holding.IsLate)
            {
                first.Add(leaf);
            }

            Digest after = After(holding.Role, record.Beacon);
            foreach (Seat seat in holding.Seats)
            {
                if (!(votes
                    ? CommitteeDraws.IsDecider(leaf, record.Secret, digest, seat, after, first, terms.EscalationAttempts)
                    : CommitteeDraws.IsDrawn(leaf, record.Secret, digest, seat, after)))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
