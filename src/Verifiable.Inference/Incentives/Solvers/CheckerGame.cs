using System.Numerics;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Holds the verifier's dilemma: one provider that may cheat, n alike checkers that may look. Its equilibria have a closed form: for every set of j ≥ 1 checkers exactly one, in which those j look with
/// the same probability and the others never do, 2ⁿ − 1 in all (research note R7, part 4.2; J. Li, "On the security of optimistic blockchain mechanisms", SSRN 4499357, for the symmetric one).
/// Immutable; <see cref="Validate"/> says what is wrong.
/// </summary>
public sealed record CheckerGame
{
    /// <summary>Gets the reward of a provider that is not convicted, R.</summary>
    public required double Reward { get; init; }

    /// <summary>Gets what honest work costs, C.</summary>
    public required double HonestCost { get; init; }

    /// <summary>Gets what a cheat costs, c.</summary>
    public required double CheatCost { get; init; }

    /// <summary>Gets what a conviction costs besides the reward, S.</summary>
    public required double Slash { get; init; }

    /// <summary>Gets what one check costs the checker, k.</summary>
    public required double CheckCost { get; init; }

    /// <summary>Gets what all who find a cheat share equally, B; 0 without a bounty.</summary>
    public double Bounty { get; init; }

    /// <summary>Gets what every checker loses when a cheat is found by nobody, L; 0 without a loss. Either a bounty or a loss, not both.</summary>
    public double Loss { get; init; }

    /// <summary>Gets the number of checkers n, at least 1.</summary>
    public required long Checkers { get; init; }

    /// <summary>Gets the detection probability that leaves the provider indifferent, P* = (C − c)/(R + S).</summary>
    public double Detection => (HonestCost - CheatCost) / (Reward + Slash);

    /// <summary>Gets the number of equilibria, 2ⁿ − 1.</summary>
    /// <exception cref="OverflowException">There are more than 10⁶ checkers: the number has more than 300 000 digits.</exception>
    public BigInteger EquilibriumCount => Checkers <= 1_000_000
        ? (BigInteger.One << (int)Checkers) - 1
        : throw new OverflowException("Expected at most 1000000 checkers to write 2ⁿ − 1 out.");

    /// <summary>Lists everything because of which the closed form does not hold; empty when it does.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate()
    {
        if (Checkers < 1)
        {
            yield return $"{nameof(Checkers)} must be at least 1, got {Checkers}.";
        }

        if (!(Detection is > 0 and < 1))
        {
            yield return $"(C − c)/(R + S) must be between 0 and 1, got {Detection}: outside, cheating never pays or always does.";
        }

        if (!(CheckCost > 0) || !double.IsFinite(CheckCost))
        {
            yield return $"{nameof(CheckCost)} must be positive, got {CheckCost}.";
        }

        if (!(Bounty >= 0) || !(Loss >= 0) || Bounty > 0 == Loss > 0)
        {
            yield return "Exactly one of Bounty and Loss must be positive.";
        }
        else if (Checkers >= 1 && Detection is > 0 and < 1 && !(For(Checkers).CheatProbability <= 1))
        {
            yield return "A check costs so much that nobody looks even when every answer is a cheat.";
        }
    }

    /// <summary>Computes the equilibrium in which a given set of checkers is active. Which checkers they are does not matter; the others never look.</summary>
    /// <param name="active">The number of active checkers j, from 1 to n.</param>
    /// <returns>Probabilities, correct to some units in the last place.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="active"/> is out of range.</exception>
    public CheckerEquilibrium For(long active)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(active, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(active, Checkers);
        double logMiss = Elementary.LogOnePlus(-Detection);
        double check = -Elementary.ExpMinusOne(logMiss / active);
        double cheat = Bounty > 0
            ? CheckCost * active * check / (Bounty * Detection)
            : CheckCost / (Loss * Math.Exp(logMiss * (active - 1) / active));
        return new CheckerEquilibrium(active, check, cheat, Detection);
    }

    /// <summary>
    /// Computes the symmetric logit quantal response equilibrium: provider and checkers choose each strategy with a probability proportional to e^(λ·payoff) (McKelvey and Palfrey, GEB 10, 1995). It is
    /// unique, because more checking makes cheating rarer and both make checking less worth while.
    /// </summary>
    /// <param name="precision">λ, not negative; 0 is play at random, and with growing λ the symmetric equilibrium is approached.</param>
    /// <returns>All checkers' probability and the provider's. The logits are correct to about 10⁻¹⁵ of λ times the payoffs.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="precision"/> is negative or not finite.</exception>
    public CheckerEquilibrium Logit(double precision)
    {
        if (!(precision >= 0) || !double.IsFinite(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "Expected a finite number that is not negative.");
        }

        // z = λ(gain from checking at z) has a growing left and a falling right side: bisection to the last bit.
        double low = -(precision * (CheckCost + Bounty + Loss)) - 1;
        double high = (precision * (Bounty + Loss)) + 1;
        while (true)
        {
            double middle = low + ((high - low) / 2);
            if (!(middle > low && middle < high))
            {
                break;
            }

            if (middle > precision * CheckGain(middle, precision))
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        double check = Elementary.Logistic(low);
        return new CheckerEquilibrium(Checkers, check, CheatResponse(check, precision), FoundWith(check));
    }

    private double FoundWith(double check) => -Elementary.ExpMinusOne(Checkers * Elementary.LogOnePlus(-check));

    private double CheatResponse(double check, double precision) => Elementary.Logistic(precision * (HonestCost - CheatCost - ((Reward + Slash) * FoundWith(check))));

    private double CheckGain(double logit, double precision)
    {
        double check = Elementary.Logistic(logit);
        double cheat = CheatResponse(check, precision);
        double share = check > 0 ? FoundWith(check) / (Checkers * check) : 1;
        double unseen = Checkers == 1 ? 1 : Math.Exp((Checkers - 1) * Elementary.LogOnePlus(-check));
        return (cheat * ((Bounty * share) + (Loss * unseen))) - CheckCost;
    }
}
