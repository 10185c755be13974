using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>
/// Draws a provider by stake, leaving some out, and checks such a draw from proofs alone. The weight is stake and never a head count, so splitting an identity
/// changes nothing. Pure and thread-safe.
/// </summary>
public static class StakeDraw
{
    /// <summary>Draws a leaf of the stakes for a seat.</summary>
    /// <param name="stakes">All stakes.</param>
    /// <param name="secret">The secret of the request.</param>
    /// <param name="request">The digest of the request's body.</param>
    /// <param name="seat">The seat to fill.</param>
    /// <param name="after">What is fixed before the draw; see <see cref="AuditDraws.Position"/>.</param>
    /// <param name="excluded">The indexes of leaves that are left out, each once.</param>
    /// <returns>The index of the leaf, or −1 when no weight is left.</returns>
    public static int Draw(WeightTree stakes, Digest secret, Digest request, Seat seat, Digest after, params ReadOnlySpan<int> excluded)
    {
        ArgumentNullException.ThrowIfNull(stakes);
        Span<Interval> gaps = stackalloc Interval[excluded.Length];
        for (int i = 0; i < excluded.Length; i++)
        {
            WeightProof proof = stakes.Prove(excluded[i]);
            _ = proof.TryVerify(stakes.Root, out ulong start, out _);
            gaps[i] = new Interval(start, proof.Weight);
        }

        return TryPosition(secret, request, seat, after, stakes.Total, gaps, out ulong position) ? stakes.Find(position) : -1;
    }

    /// <summary>Tells whether a leaf is the one that the draw gives.</summary>
    /// <param name="root">The root of the stakes.</param>
    /// <param name="drawn">The proof of the leaf that is said to be drawn.</param>
    /// <param name="secret">The secret of the request.</param>
    /// <param name="request">The digest of the request's body.</param>
    /// <param name="seat">The seat.</param>
    /// <param name="after">What is fixed before the draw.</param>
    /// <param name="excluded">Proofs of the leaves that are left out.</param>
    public static bool IsDrawn(Digest root, WeightProof drawn, Digest secret, Digest request, Seat seat, Digest after, params ReadOnlySpan<WeightProof> excluded)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        return drawn.TryVerify(root, out ulong start, out ulong total) && IsDrawn(root, drawn.Weight, start, total, secret, request, seat, after, excluded);
    }

    /// <summary>Tells whether a leaf whose proof was verified is the one that the draw gives.</summary>
    internal static bool IsDrawn(
        Digest root, ulong weight, ulong start, ulong total, Digest secret, Digest request, Seat seat, Digest after, params ReadOnlySpan<WeightProof> excluded)
    {
        Span<Interval> gaps = stackalloc Interval[excluded.Length];
        for (int i = 0; i < excluded.Length; i++)
        {
            if (!excluded[i].TryVerify(root, out ulong excludedStart, out _))
            {
                return false;
            }

            gaps[i] = new Interval(excludedStart, excluded[i].Weight);
        }

        return TryPosition(secret, request, seat, after, total, gaps, out ulong position) && position >= start && position - start < weight;
    }

    // Draws among the weight that is left, then steps over the gaps in ascending order.
    private static bool TryPosition(Digest secret, Digest request, Seat seat, Digest after, ulong total, Span<Interval> gaps, out ulong position)
    {
        gaps.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        position = 0;
        ulong left = total;
        for (int i = 0; i < gaps.Length; i++)
        {
            // The same leaf twice would be left out twice.
            if (gaps[i].Weight > left || (i > 0 && gaps[i].Start == gaps[i - 1].Start))
            {
                return false;
            }

            left -= gaps[i].Weight;
        }

        if (left == 0)
        {
            return false;
        }

        position = AuditDraws.Position(secret, request, seat, after, left);
        foreach (Interval gap in gaps)
        {
            position += position >= gap.Start ? gap.Weight : 0;
        }

        return true;
    }

    private readonly record struct Interval(ulong Start, ulong Weight);
}
