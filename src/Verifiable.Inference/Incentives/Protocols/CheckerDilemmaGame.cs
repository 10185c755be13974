using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds the verifier's dilemma as a tree with exact numbers: a provider that may cheat, n checkers that may look, a bounty that the finders share, and a loss for all when a cheat is
/// overlooked. For every set of j checkers there is one equilibrium in which just those look; it is rational where the j-th root of 1 − P* is. Immutable.
/// </summary>
/// <remarks>
/// Sources: Felten 2019 for n = 1; Mamageishvili and Felten, arXiv 2308.02880; J. Li, SSRN 4499357. With P* = Δ/(R + S): σ = 1 − (1 − P*)^(1/j), and the checkers are indifferent at
/// q[B·P*/(jσ) + L(1 − P*)/(1 − σ)] = k, since the share of the bounty is E[1/(1 + X)] = P*/(jσ) for X ~ Bin(j − 1, σ), and an overlooked cheat needs all the others to be
/// idle, (1 − σ)^(j−1) = (1 − P*)/(1 − σ). More checkers mean more fraud.
/// </remarks>
public sealed record CheckerDilemmaGame
{
    /// <summary>Gets the number of checkers, from 1 to 12.</summary>
    public required int Checkers { get; init; }

    /// <summary>Gets the reward of a provider that is not convicted, R.</summary>
    public required Rational Reward { get; init; }

    /// <summary>Gets what honest work costs, C.</summary>
    public required Rational HonestCost { get; init; }

    /// <summary>Gets what a cheat costs, c.</summary>
    public required Rational SubstituteCost { get; init; }

    /// <summary>Gets the slash, S.</summary>
    public required Rational Slash { get; init; }

    /// <summary>Gets what a look costs, k.</summary>
    public required Rational CheckCost { get; init; }

    /// <summary>Gets what all who find a cheat share equally, B.</summary>
    public Rational Bounty { get; init; }

    /// <summary>Gets what every checker loses when a cheat is overlooked, L.</summary>
    public Rational Loss { get; init; }

    /// <summary>Gets the detection probability that leaves the provider indifferent, P* = Δ/(R + S).</summary>
    public Rational Detection => (HonestCost - SubstituteCost) / (Reward + Slash);

    /// <summary>Computes the equilibrium in which the first j checkers are active, where it is rational.</summary>
    /// <param name="active">The number of active checkers j.</param>
    /// <returns>
    /// The probabilities with which each active one looks and the provider cheats; <see langword="null"/> when the root is irrational, when P* is outside (0, 1), or when a look costs so much that nobody looks.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many checkers.</exception>
    public (Rational Check, Rational Cheat)? ExactEquilibrium(int active)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(active, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(active, Checkers);
        Rational missed = 1 - Detection;
        if (missed.Sign <= 0 || missed >= 1 || Root(missed.Numerator, active) is not { } top || Root(missed.Denominator, active) is not { } bottom)
        {
            return null;
        }

        Rational check = 1 - new Rational(top, bottom);
        Rational gain = (Bounty * Detection / (active * check)) + (Loss * missed / (1 - check));
        return gain.IsZero || CheckCost > gain ? null : (check, CheckCost / gain);
    }

    /// <summary>Writes an equilibrium as the behavior in the tree; the checkers after the first j never look.</summary>
    /// <param name="active">The number of active checkers j.</param>
    /// <param name="check">The probability with which each of them looks.</param>
    /// <param name="cheat">The probability with which the provider cheats.</param>
    /// <returns>The behavior.</returns>
    public BehaviorProfile ToProfile(int active, Rational check, Rational cheat) =>
        new([[1 - cheat, cheat], .. Enumerable.Range(0, Checkers).Select(checker => checker < active ? ImmutableArray.Create(check, 1 - check) : [0, 1])]);

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(Reward), Reward, false), (nameof(HonestCost), HonestCost, false), (nameof(SubstituteCost), SubstituteCost, false), (nameof(Slash), Slash, false),
        (nameof(CheckCost), CheckCost, false), (nameof(Bounty), Bounty, false), (nameof(Loss), Loss, false))
        .Concat(Checkers is >= 1 and <= 12 ? [] : [$"{nameof(Checkers)} must be from 1 to 12 for a tree, got {Checkers}."])
        .Concat((Reward + Slash).Sign > 0 ? [] : [$"{nameof(Reward)} and {nameof(Slash)} must not both be 0."]);

    /// <summary>Builds the tree: the provider moves, then each checker at one information set.</summary>
    /// <returns>The game of provider and checkers; the actions are <c>honest</c>, <c>cheat</c> and <c>look</c>, <c>skip</c>.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("verifier's dilemma", ["provider", .. Enumerable.Range(1, Checkers).Select(checker => $"checker {checker}")]);
        ImmutableArray<int> first = builder.AddDecision(0, 0, "provider", "honest", "cheat");
        Stack<(int Node, bool IsCheat, ImmutableArray<bool> Looks)> open = new([(first[1], true, []), (first[0], false, [])]);
        while (open.TryPop(out (int Node, bool IsCheat, ImmutableArray<bool> Looks) place))
        {
            if (place.Looks.Length < Checkers)
            {
                ImmutableArray<int> next = builder.AddDecision(place.Node, place.Looks.Length + 1, "checker", "look", "skip");
                open.Push((next[1], place.IsCheat, place.Looks.Add(false)));
                open.Push((next[0], place.IsCheat, place.Looks.Add(true)));
                continue;
            }

            int finders = place.Looks.Count(look => look);
            bool isFound = place.IsCheat && finders > 0;
            Rational provider = !place.IsCheat ? Reward - HonestCost : isFound ? -Slash - SubstituteCost : Reward - SubstituteCost;
            Rational overlooked = place.IsCheat && !isFound ? -Loss : Rational.Zero;
            builder.AddEnd(place.Node, [provider, .. place.Looks.Select(look => overlooked - (look ? CheckCost : 0) + (look && isFound ? Bounty / finders : 0))]);
        }

        return builder.Build();
    }

    private static BigInteger? Root(BigInteger value, int degree)
    {
        BigInteger low = BigInteger.Zero;
        BigInteger high = value + 1;
        while (high - low > 1)
        {
            BigInteger middle = (low + high) / 2;
            if (BigInteger.Pow(middle, degree) <= value)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return BigInteger.Pow(low, degree) == value ? low : null;
    }
}
