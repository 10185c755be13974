using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>
/// The draw of seats: each by its own position among all stake, with replacement. A seat of the second committee whose draw falls on the first committee is drawn again, at once.
/// Pure.
/// </summary>
/// <remarks>Rationale: were the first committee's stake left out of the total instead, every change in who is said to be in it would draw all seats of the second anew, and a
/// requester could choose among the changes. As it is, each seat has one fixed row of candidates.</remarks>
internal static class QuorumDraws
{
    /// <summary>The largest number of draws for one seat, those that fell on the first committee included: 128.</summary>
    public const int MaxDraws = 128;

    /// <summary>Gives what must be fixed before the seats of a committee are drawn.</summary>
    public static Digest After(TaskRole role, Digest? beacon) => role == TaskRole.Voter ? beacon ?? default : default;

    /// <summary>Draws a leaf for a seat.</summary>
    public static int Draw(WeightTree stakes, Digest secret, Digest request, Seat seat, Digest? beacon) =>
        stakes.Find(AuditDraws.Position(secret, request, seat, After(seat.Role, beacon), stakes.Total));

    /// <summary>Tells whether every provider holds the seats that are drawn for it, with no more draws refused than the terms allow.</summary>
    public static bool Hold(InferenceRequest request, QuorumTerms terms, QuorumRecord record)
    {
        Digest digest = request.Digest;
        List<(ulong Start, ulong Weight)> first = [];
        foreach (QuorumHolding holding in record.Holdings)
        {
            WeightProof proof = holding.Record.Stake;
            if (proof.Key != holding.Provider.Value || !proof.TryVerify(request.StakesRoot, out ulong start, out ulong total))
            {
                return false;
            }

            bool votes = holding.Role == TaskRole.Voter;
            if (!votes && !holding.IsLate)
            {
                first.Add((start, proof.Weight));
            }

            Digest after = After(holding.Role, record.Beacon);
            foreach (Seat seat in holding.Seats)
            {
                if (!Owns((start, proof.Weight), AuditDraws.Position(record.Secret, digest, seat, after, total))
                    || (votes && (first.Contains((start, proof.Weight)) || Refusals(seat, after, total) >= terms.MaxAttempts)))
                {
                    return false;
                }
            }
        }

        return true;

        // The draws before this one that fell outside of the first committee.
        int Refusals(Seat seat, Digest after, ulong total) => Enumerable.Range(0, seat.Attempt).Count(attempt =>
        {
            ulong position = AuditDraws.Position(record.Secret, digest, seat with { Attempt = (ushort)attempt }, after, total);
            return !first.Exists(leaf => Owns(leaf, position));
        });
    }

    private static bool Owns((ulong Start, ulong Weight) leaf, ulong position) => position >= leaf.Start && position - leaf.Start < leaf.Weight;
}
