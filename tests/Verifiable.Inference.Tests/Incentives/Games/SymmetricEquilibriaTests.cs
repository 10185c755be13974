using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>Every root is listed once and only once, also where it is next to another or to an end.</summary>
public sealed class SymmetricEquilibriaTests
{
    [Fact]
    public void A_root_next_to_another_is_not_taken_for_it()
    {
        // The gain is x(1 − 3x): one bit leaves [0, 1/2], whose lower end is the other root.
        SymmetricSolution coarse = SymmetricEquilibria.FindAll(new SymmetricBinaryGame([0, new Rational(1, 2), -2]), bits: 1);
        Assert.Equal([Rational.Zero, new Rational(1, 3)], coarse.Equilibria.Select(one => one.Low));
        Assert.True(CertificateVerifier.Verify(coarse.ToCertificate()).IsValid);

        // 2/3 − x: between 1/2 and 1 the simplest fraction inside is the root, and the end is simpler.
        Assert.Equal(new SymmetricEquilibrium(new Rational(2, 3), new Rational(2, 3)), Assert.Single(SymmetricEquilibria.FindAll(new SymmetricBinaryGame([new Rational(2, 3), new Rational(-1, 3)]), bits: 1).Equilibria));

        // x(e − x), and x(e − x)(1 − 2x) so that there are two cells.
        Rational e = new(BigInteger.One, BigInteger.One << 70);
        SymmetricSolution near = SymmetricEquilibria.FindAll(new SymmetricBinaryGame([0, e / 2, e - 1]));
        Assert.Equal([Rational.Zero, e], near.Equilibria.Select(one => one.High));
        Assert.Equal(Completeness.Proven, near.Completeness);
        SymmetricSolution third = SymmetricEquilibria.FindAll(new SymmetricBinaryGame([0, 1, -2]), bits: 1);
        Assert.Equal([Rational.Zero, new Rational(1, 2)], third.Equilibria.Select(one => one.Low));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Every_root_of_a_product_of_known_factors_is_listed_once(int bits)
    {
        Random random = new(bits);
        for (int number = 0; number < 150; number++)
        {
            (Rational[] powers, SortedSet<Rational> roots, bool isRepeated) = Product(random);
            SymmetricBinaryGame game = new(ToDifferences(powers));
            SymmetricSolution found = SymmetricEquilibria.FindAll(game, bits);
            Assert.Equal(Completeness.Proven, found.Completeness);
            Assert.Equal(found.Equilibria.Length, found.Equilibria.Distinct().Count());
            if (game.Differences[0].Sign <= 0)
            {
                _ = roots.Add(0);
            }

            if (game.Differences[^1].Sign >= 0)
            {
                _ = roots.Add(1);
            }

            Assert.Equal(roots.Count, found.Equilibria.Length);
            Assert.All(roots, root => Assert.Single(found.Equilibria, one => one.Low == one.High ? one.Low == root : one.Low < root && root < one.High));
            if (!isRepeated)
            {
                CertificateVerdict verdict = CertificateVerifier.Verify(found.ToCertificate());
                Assert.True(verdict.IsValid, verdict.Explanation);
            }
        }
    }

    // Factors x − r with r in (0, 1), some of them again, sometimes dyadic, sometimes very near to 0 or to each other, times ±1, times x or 1 − x sometimes.
    private static (Rational[] Powers, SortedSet<Rational> Roots, bool IsRepeated) Product(Random random)
    {
        Rational[] powers = [random.Next(2) == 0 ? 1 : -1];
        SortedSet<Rational> roots = [];
        bool isRepeated = false;
        for (int factors = random.Next(1, 5); factors > 0; factors--)
        {
            Rational root = random.Next(4) switch
            {
                0 => new Rational(random.Next(1, 16), 16),
                1 => new Rational(1, BigInteger.One << random.Next(1, 90)),
                2 when roots.Count > 0 && roots.Max + new Rational(1, 1000) < 1 => roots.Max + new Rational(1, 1000),
                _ => new Rational(random.Next(1, 97), 97),
            };
            isRepeated |= !roots.Add(root);
            powers = Times(powers, -root, 1);
        }

        powers = random.Next(3) == 0 ? Times(powers, 0, 1) : powers;
        powers = random.Next(3) == 0 ? Times(powers, 1, -1) : powers;
        return (powers, roots, isRepeated);
    }

    private static Rational[] Times(Rational[] powers, Rational constant, Rational slope) =>
        [.. Enumerable.Range(0, powers.Length + 1).Select(power => (power < powers.Length ? constant * powers[power] : 0) + (power > 0 ? slope * powers[power - 1] : 0))];

    // The Bernstein coefficient k of Σ aᵢxⁱ is Σ aᵢ C(k, i)/C(n, i), i up to k.
    private static ImmutableArray<Rational> ToDifferences(Rational[] powers)
    {
        int n = powers.Length - 1;
        return [.. Enumerable.Range(0, n + 1).Select(k => Enumerable.Range(0, k + 1).Aggregate(Rational.Zero, (sum, i) => sum + (powers[i] * Choose(k, i) / Choose(n, i))))];
    }

    private static Rational Choose(int from, int count) => Enumerable.Range(1, count).Aggregate(Rational.One, (product, place) => product * (from - count + place) / place);
}
