using System.Collections;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Finds all extreme equilibria by listing every vertex of both best-response polytopes exactly and pairing those that have all labels (Vorob'ev 1958, Kuhn 1961, Mangasarian 1964; von Stengel
/// 2007, algorithm 3.5). It takes no notice of degeneracy, and degenerate games have few vertices. Null from <see cref="Find"/> when the meter stopped.
/// </summary>
internal static class LabelMatching
{
    internal static List<MixedProfile>? Find(BimatrixGame game, WorkMeter meter)
    {
        List<LabelledVertex>? xs = Vertices(BestResponsePolytope.OfRows(game), meter);
        List<LabelledVertex>? ys = xs is null ? null : Vertices(BestResponsePolytope.OfColumns(game), meter);
        if (xs is null || ys is null)
        {
            return null;
        }

        ulong[][] own = [.. xs.Select(x => Words(x.Tight, 0, game.Rows))];
        ulong[][] other = [.. ys.Select(y => Words(y.Tight, game.Columns, game.Rows))];
        List<MixedProfile> found = [];
        for (int i = 0; i < xs.Count; i++)
        {
            if (!meter.TrySpend(1 + (ys.Count / 64)))
            {
                return null;
            }

            for (int j = 0; j < ys.Count; j++)
            {
                if (Covers(own[i], other[j]))
                {
                    found.Add(MixedProfile.OfNormalized(xs[i].Strategy, ys[j].Strategy));
                }
            }
        }

        return found;
    }

    private static List<LabelledVertex>? Vertices(BestResponsePolytope polytope, WorkMeter meter)
    {
        int[] support = [.. Enumerable.Range(0, polytope.Variables)];
        List<BigInteger[]>? rays = FaceVertices.Find(polytope, support, new bool[polytope.Constraints], meter);
        return rays is null ? null : [.. rays.Select(ray => LabelledVertex.TryOf(polytope, ray.AsSpan(1), ray[0])).OfType<LabelledVertex>()];
    }

    // Words of labels in one order: the row player's strategies, then the column player's. Bits that are missing count as covered.
    private static ulong[] Words(BitArray tight, int firstRow, int rows)
    {
        var words = new ulong[(tight.Length + 63) / 64];
        words.AsSpan().Clear();
        for (int label = 0; label < tight.Length; label++)
        {
            int local = firstRow == 0 ? label : label < rows ? firstRow + label : label - rows;
            if (tight[local])
            {
                words[label >> 6] |= 1UL << (label & 63);
            }
        }

        if ((tight.Length & 63) != 0)
        {
            words[^1] |= ulong.MaxValue << (tight.Length & 63);
        }

        return words;
    }

    private static bool Covers(ulong[] own, ulong[] other)
    {
        for (int word = 0; word < own.Length; word++)
        {
            if ((own[word] | other[word]) != ulong.MaxValue)
            {
                return false;
            }
        }

        return true;
    }
}
