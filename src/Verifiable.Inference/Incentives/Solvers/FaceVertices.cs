using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Lists the vertices of a face of a best-response polytope exactly by the double description method (Motzkin, Raiffa, Thompson and Thrall, 1953; Fukuda and Prodon, "Double description
/// method revisited", 1996, lemma 3 and proposition 7). Degeneracy needs no care: a vertex is one ray of the cone above the polytope, however many labels it has.
/// </summary>
internal static class FaceVertices
{
    /// <summary>Lists the vertices as integer vectors with a common positive denominator at index 0; null when the meter stopped.</summary>
    /// <param name="polytope">The polytope.</param>
    /// <param name="support">The variables that may be positive.</param>
    /// <param name="tight">For each constraint whether it must hold with equality.</param>
    /// <param name="meter">Counts pairs of rays.</param>
    internal static List<BigInteger[]>? Find(BestResponsePolytope polytope, int[] support, ReadOnlySpan<bool> tight, WorkMeter meter)
    {
        int dimension = support.Length + 1;
        int constraints = polytope.Constraints;
        List<Ray> rays = [];
        for (int axis = 0; axis < dimension; axis++)
        {
            var direction = new BigInteger[dimension];
            direction[axis] = BigInteger.One;
            var ray = new Ray(direction, dimension + constraints);
            for (int other = 0; other < dimension; other++)
            {
                if (other != axis)
                {
                    ray.AddTight(other);
                }
            }

            rays.Add(ray);
        }

        // Equations first: they keep the numbers of rays small.
        foreach (bool wanted in new[] { true, false })
        {
            for (int constraint = 0; constraint < constraints; constraint++)
            {
                if (tight[constraint] == wanted && !TryCut(rays, Normal(polytope, support, constraint), dimension + constraint, wanted, dimension, meter))
                {
                    return null;
                }
            }
        }

        return [.. rays.Where(ray => !ray.Direction[0].IsZero).Select(ray => ray.Direction)];
    }

    private static BigInteger[] Normal(BestResponsePolytope polytope, int[] support, int constraint)
    {
        var normal = new BigInteger[support.Length + 1];
        normal[0] = BigInteger.One;
        for (int i = 0; i < support.Length; i++)
        {
            normal[i + 1] = -polytope.Exact[(constraint * polytope.Variables) + support[i]];
        }

        return normal;
    }

    private static bool TryCut(List<Ray> rays, BigInteger[] normal, int index, bool isEquation, int dimension, WorkMeter meter)
    {
        List<(Ray Ray, BigInteger Height)> above = [];
        List<(Ray Ray, BigInteger Height)> below = [];
        List<Ray> kept = [];
        foreach (Ray ray in rays)
        {
            BigInteger height = ray.Height(normal);
            if (height.IsZero)
            {
                ray.AddTight(index);
                kept.Add(ray);
            }
            else if (height.Sign > 0)
            {
                above.Add((ray, height));
            }
            else
            {
                below.Add((ray, height));
            }
        }

        List<Ray> made = [];
        foreach ((Ray up, BigInteger upHeight) in above)
        {
            if (!meter.TrySpend(1 + (below.Count / 16)))
            {
                return false;
            }

            foreach ((Ray down, BigInteger downHeight) in below)
            {
                if (up.SharesAtLeast(down, dimension - 2) && AreAdjacent(up, down, rays))
                {
                    made.Add(up.Between(upHeight, down, -downHeight, index));
                }
            }
        }

        rays.Clear();
        rays.AddRange(kept);
        rays.AddRange(made);
        if (!isEquation)
        {
            rays.AddRange(above.Select(pair => pair.Ray));
        }

        return true;
    }

    private static bool AreAdjacent(Ray up, Ray down, List<Ray> rays)
    {
        foreach (Ray other in rays)
        {
            if (other != up && other != down && other.IsTightWhereBothAre(up, down))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class Ray(BigInteger[] direction, int constraints)
    {
        private readonly ulong[] _tight = new ulong[(constraints + 63) / 64];

        internal BigInteger[] Direction { get; } = direction;

        internal void AddTight(int constraint) => _tight[constraint >> 6] |= 1UL << (constraint & 63);

        internal BigInteger Height(BigInteger[] normal)
        {
            BigInteger height = BigInteger.Zero;
            for (int i = 0; i < normal.Length; i++)
            {
                if (!Direction[i].IsZero)
                {
                    height += Direction[i] * normal[i];
                }
            }

            return height;
        }

        internal bool SharesAtLeast(Ray other, int count)
        {
            int shared = 0;
            for (int word = 0; word < _tight.Length; word++)
            {
                shared += BitOperations.PopCount(_tight[word] & other._tight[word]);
            }

            return shared >= count;
        }

        internal bool IsTightWhereBothAre(Ray first, Ray second)
        {
            for (int word = 0; word < _tight.Length; word++)
            {
                if ((first._tight[word] & second._tight[word] & ~_tight[word]) != 0)
                {
                    return false;
                }
            }

            return true;
        }

        internal Ray Between(BigInteger height, Ray other, BigInteger otherHeight, int index)
        {
            var direction = new BigInteger[Direction.Length];
            BigInteger divisor = BigInteger.Zero;
            for (int i = 0; i < direction.Length; i++)
            {
                direction[i] = (Direction[i] * otherHeight) + (other.Direction[i] * height);
                divisor = BigInteger.GreatestCommonDivisor(divisor, direction[i]);
            }

            if (!divisor.IsOne)
            {
                for (int i = 0; i < direction.Length; i++)
                {
                    direction[i] /= divisor;
                }
            }

            var ray = new Ray(direction, _tight.Length * 64);
            for (int word = 0; word < _tight.Length; word++)
            {
                ray._tight[word] = _tight[word] & other._tight[word];
            }

            ray.AddTight(index);
            return ray;
        }
    }
}
