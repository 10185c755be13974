using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Divides a budget of checks over kinds of work so that the most tempting cheat gains least, exactly (the idea of ORIGAMI: Kiekintveld and others, "Computing optimal randomized resource allocations
/// for massive security games", AAMAS 2009, section 4). A cheat on kind t gains g_t and, when checked, loses D_t: with check probability p_t it is worth g_t − p_t·D_t. Pure and thread-safe.
/// </summary>
public static class AuditAllocation
{
    /// <summary>Finds the least worth x of the best cheat that the budget can enforce, and the probabilities p_t = max(0, (g_t − x)/D_t) that do.</summary>
    /// <param name="gains">g_t, one for every kind.</param>
    /// <param name="losses">D_t, all positive and at least g_t, so that a check that is certain deters.</param>
    /// <param name="budget">The sum of probabilities that can be spent, not negative.</param>
    /// <returns>The allocation; x is 0, and the budget not all spent, when every cheat can be deterred.</returns>
    /// <exception cref="ArgumentException">The lists are empty or of different lengths, or a number is out of range.</exception>
    public static AuditAllocationSolution Solve(ImmutableArray<Rational> gains, ImmutableArray<Rational> losses, Rational budget)
    {
        if (gains.IsDefaultOrEmpty || losses.IsDefault || losses.Length != gains.Length || budget.Sign < 0)
        {
            throw new ArgumentException("Expected a gain and a loss for every kind of work, and a budget that is not negative.", nameof(gains));
        }

        if (losses.Zip(gains).Any(pair => pair.First.Sign <= 0 || pair.First < pair.Second))
        {
            throw new ArgumentException("Expected losses that are positive and at least the gains.", nameof(losses));
        }

        Rational full = gains.Zip(losses).Aggregate(Rational.Zero, (sum, pair) => sum + (Rational.Max(pair.First, Rational.Zero) / pair.Second));
        Rational worth = full <= budget ? Rational.Zero : LeastWorth(gains, losses, budget);
        ImmutableArray<Rational> probabilities = [.. gains.Zip(losses, (gain, loss) => Rational.Max(Rational.Zero, (gain - worth) / loss))];
        return new AuditAllocationSolution(gains, losses, budget, worth, probabilities, full);
    }

    // Kinds are taken in order of falling gain; the sum of (g − x)/D over those taken is linear in x, and x lies between two gains.
    private static Rational LeastWorth(ImmutableArray<Rational> gains, ImmutableArray<Rational> losses, Rational budget)
    {
        int[] order = [.. Enumerable.Range(0, gains.Length).OrderByDescending(kind => gains[kind])];
        Rational weighted = Rational.Zero;
        Rational weights = Rational.Zero;
        Rational worth = gains[order[0]];
        for (int taken = 0; taken < order.Length; taken++)
        {
            int kind = order[taken];
            weighted += gains[kind] / losses[kind];
            weights += Rational.One / losses[kind];
            worth = (weighted - budget) / weights;
            if (taken == order.Length - 1 || worth >= gains[order[taken + 1]])
            {
                break;
            }
        }

        return worth;
    }
}
