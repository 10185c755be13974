using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Finds all symmetric equilibria of symmetric binary games of n players by exact isolation of the roots of the gain from switching: bisection of Bernstein polynomials until every interval has no sign
/// change, which proves that it has no root, or one, which proves that it has exactly one (Peña, Lehmann and Nöldeke, JTB 346, 2014; Mourrain, Rouillier and Roy, "The Bernstein basis and real root
/// isolation", 2005, algorithm 1). Repeated roots are first made single. Pure and thread-safe.
/// </summary>
public static class SymmetricEquilibria
{
    // Deeper than this without separation, roots are as good as repeated; dropping repetitions decides.
    private const int DeepestWithRepetitions = 48;

    /// <summary>Finds all symmetric equilibria.</summary>
    /// <param name="game">The game.</param>
    /// <param name="bits">Irrational probabilities are enclosed in intervals no wider than 2 to the minus this, from 1 to 4096.</param>
    /// <param name="limit">What it may cost; a step is the halving of a polynomial, or more of it for more players.</param>
    /// <returns>The equilibria in order of the probability of strategy 1. Equilibria in which alike players play differently are not looked for.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is out of range.</exception>
    public static SymmetricSolution FindAll(SymmetricBinaryGame game, int bits = 64, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 4096);
        BernsteinPolynomial gain = BernsteinPolynomial.Of(game.Differences);
        if (gain.IsZero)
        {
            return new SymmetricSolution(game, [], [], true, Completeness.Proven, StopReason.Finished);
        }

        var meter = new WorkMeter(limit);
        RootIsolation isolation = RootIsolation.Run(gain, DeepestWithRepetitions, bits, meter);
        if (isolation.IsTooDeep && !meter.IsStopped)
        {
            isolation = RootIsolation.Run(BernsteinPolynomial.OfPowers(IntegerPolynomial.SquareFree(gain.ToPowers())), int.MaxValue, bits, meter) with { Cells = [] };
        }

        List<SymmetricEquilibrium> found = [];
        if (gain.SignAtLow <= 0)
        {
            found.Add(new SymmetricEquilibrium(Rational.Zero, Rational.Zero));
        }

        found.AddRange(isolation.Roots.Select(root => Sharpened(game, root.Low, root.High)).OrderBy(root => root.Low));
        if (gain.SignAtHigh >= 0 && game.PlayerCount > 0)
        {
            found.Add(new SymmetricEquilibrium(Rational.One, Rational.One));
        }

        return new SymmetricSolution(game, [.. found], isolation.Cells, false, isolation.IsDone ? Completeness.Proven : Completeness.Partial, meter.Outcome);
    }

    // A root that is a simple fraction is given as that fraction. It lies strictly inside: the ends may be other roots.
    private static SymmetricEquilibrium Sharpened(SymmetricBinaryGame game, Rational low, Rational high)
    {
        if (low != high)
        {
            Rational simplest = SimplestFraction.Inside(low, high);
            if (game.Gain(simplest).IsZero)
            {
                return new SymmetricEquilibrium(simplest, simplest);
            }
        }

        return new SymmetricEquilibrium(low, high);
    }
}
