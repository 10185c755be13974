using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies;

/// <summary>
/// The draw of seats: each by its own position among all stake, with replacement. A seat whose draw falls on somebody who must not decide is drawn again, at once. Pure.
/// </summary>
/// <remarks>Rationale: were the stake of those who must not decide left out of the total instead, every change in who is said to be one of them would draw all seats anew, and a
/// requester could choose among the changes. As it is, each seat has one fixed row of candidates.</remarks>
internal static class CommitteeDraws
{
    /// <summary>Draws a leaf for a seat.</summary>
    public static int Draw(WeightTree stakes, Digest secret, Digest request, Seat seat, Digest after) =>
        stakes.Find(AuditDraws.Position(secret, request, seat, after, stakes.Total));

    /// <summary>Tells whether a seat's draw falls on a leaf.</summary>
    public static bool IsDrawn(Leaf leaf, Digest secret, Digest request, Seat seat, Digest after) => leaf.Owns(AuditDraws.Position(secret, request, seat, after, leaf.Total));

    /// <summary>Tells whether a seat that decides is a leaf's: the draw falls on it, it is none of those who must not decide, and no more candidates before it are said to have refused than
    /// the terms allow.</summary>
    public static bool IsDecider(Leaf leaf, Digest secret, Digest request, Seat seat, Digest after, IReadOnlyCollection<Leaf> barred, int maxAttempts) =>
        IsDrawn(leaf, secret, request, seat, after) && !barred.Contains(leaf) && Refusals(leaf, secret, request, seat, after, barred) < maxAttempts;

    private static int Refusals(Leaf leaf, Digest secret, Digest request, Seat seat, Digest after, IReadOnlyCollection<Leaf> barred) =>
        Enumerable.Range(0, seat.Attempt).Count(attempt =>
        {
            ulong position = AuditDraws.Position(secret, request, seat with { Attempt = (ushort)attempt }, after, leaf.Total);
            return !barred.Any(other => other.Owns(position));
        });

    /// <summary>A leaf of the stakes: where it starts among all weight, and its weight.</summary>
    internal readonly record struct Leaf(ulong Start, ulong Weight, ulong Total)
    {
        /// <summary>Reads a leaf from its proof; <see langword="false"/> where the proof does not hold.</summary>
        public static bool TryRead(WeightProof proof, Digest root, out Leaf leaf)
        {
            bool holds = proof.TryVerify(root, out ulong start, out ulong total);
            leaf = holds ? new Leaf(start, proof.Weight, total) : default;
            return holds;
        }

        public bool Owns(ulong position) => position >= Start && position - Start < Weight;
    }
}
