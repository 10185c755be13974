using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>
/// The plain form: an extreme equilibrium is a pair of extreme strategies with all labels, and extreme strategies are the solutions of all square systems "these strategies are not played, those replies are
/// best" that are feasible. Every system is tried.
/// </summary>
internal static class SupportEnumeration
{
    internal static HashSet<MixedProfile> FindAll(BimatrixGame game)
    {
        List<ImmutableArray<Rational>> xs = Extreme(game.Rows, game.Columns, (row, column) => game.ColumnPayoffs[(row * game.Columns) + column]);
        List<ImmutableArray<Rational>> ys = Extreme(game.Columns, game.Rows, (column, row) => game.RowPayoffs[(row * game.Columns) + column]);
        NormalFormGame form = game.ToNormalForm();
        return [.. from x in xs from y in ys let profile = new MixedProfile(x, y) where form.Regret(profile).IsZero select profile];
    }

    // Vertices of {(x, v): x ≥ 0, Σx = 1, Σ_i x_i payoff(i, j) ≤ v}: supports and as many best replies.
    private static List<ImmutableArray<Rational>> Extreme(int own, int replies, Func<int, int, Rational> payoff)
    {
        HashSet<string> seen = [];
        List<ImmutableArray<Rational>> found = [];
        for (int support = 1; support < 1 << own; support++)
        {
            for (int best = 1; best < 1 << replies; best++)
            {
                if (BitOperations.PopCount((uint)support) != BitOperations.PopCount((uint)best))
                {
                    continue;
                }

                int[] i = [.. Enumerable.Range(0, own).Where(strategy => (support >> strategy & 1) != 0)];
                int[] j = [.. Enumerable.Range(0, replies).Where(strategy => (best >> strategy & 1) != 0)];
                if (Solve(i, j, payoff) is { } solution && solution.Take(i.Length).All(share => share.Sign >= 0))
                {
                    var x = new Rational[own];
                    for (int k = 0; k < i.Length; k++)
                    {
                        x[i[k]] = solution[k];
                    }

                    Rational most = Enumerable.Range(0, replies).Max(reply => Enumerable.Range(0, own).Aggregate(Rational.Zero, (sum, k) => sum + (x[k] * payoff(k, reply))));
                    if (most == solution[^1] && seen.Add(string.Join(',', x)))
                    {
                        found.Add([.. x]);
                    }
                }
            }
        }

        return found;
    }

    // Unknowns x_i and v: Σ x = 1 and Σ x_i payoff(i, j) = v. Null when there is not exactly one solution.
    private static Rational[]? Solve(int[] i, int[] j, Func<int, int, Rational> payoff)
    {
        int size = i.Length + 1;
        var rows = new List<Rational[]> { ([.. i.Select(_ => Rational.One), Rational.Zero, Rational.One]) };
        rows.AddRange(j.Select(reply => (Rational[])[.. i.Select(strategy => payoff(strategy, reply)), -Rational.One, Rational.Zero]));
        for (int pivot = 0; pivot < size; pivot++)
        {
            int row = rows.FindIndex(pivot, candidate => !candidate[pivot].IsZero);
            if (row < 0)
            {
                return null;
            }

            (rows[pivot], rows[row]) = (rows[row], rows[pivot]);
            for (int other = 0; other < size; other++)
            {
                Rational factor = other == pivot ? Rational.Zero : rows[other][pivot] / rows[pivot][pivot];
                for (int column = 0; column <= size && !factor.IsZero; column++)
                {
                    rows[other][column] -= factor * rows[pivot][column];
                }
            }
        }

        return [.. Enumerable.Range(0, size).Select(row => rows[row][size] / rows[row][row])];
    }
}
