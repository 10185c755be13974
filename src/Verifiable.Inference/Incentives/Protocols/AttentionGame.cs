using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds one checker who may look or not: a fraud is there with probability X; an attention challenge, which can only be answered by who computed, comes with probability P; a
/// forced error, planted with probability f, pays who finds it. Closed form and tree say the same exactly. Immutable.
/// </summary>
/// <remarks>
/// Sources: E. Felten, <i>The Cheater Checking Problem</i> and <i>Cheater Checking: How attention challenges solve the verifier's dilemma</i> (Offchain Labs, September 2019): look iff X &gt;
/// C/(R + L), always iff P·A &gt; C; Teutsch and Reitwießner, <i>A scalable verification solution for blockchains</i> (Truebit), for forced errors. The guess divides the penalty's force by 1/(1 − G).
/// </remarks>
public sealed record AttentionGame
{
    /// <summary>Gets what a look costs, C.</summary>
    public required Rational CheckCost { get; init; }

    /// <summary>Gets the probability of a fraud, X.</summary>
    public required Rational FraudProbability { get; init; }

    /// <summary>Gets what finding a fraud pays, R.</summary>
    public required Rational FraudReward { get; init; }

    /// <summary>Gets what a fraud that the checker did not look for costs it, L.</summary>
    public required Rational FraudLoss { get; init; }

    /// <summary>Gets the probability of an attention challenge, P. The default is 0.</summary>
    public Rational ChallengeProbability { get; init; }

    /// <summary>Gets what a wrong or missing answer to a challenge costs, A. The default is 0.</summary>
    public Rational ChallengePenalty { get; init; }

    /// <summary>Gets the probability of guessing the answer without computing, G. The default is 0.</summary>
    public Rational GuessProbability { get; init; }

    /// <summary>Gets the probability of a planted error, f. The default is 0.</summary>
    public Rational ForcedErrorProbability { get; init; }

    /// <summary>Gets what finding a planted error pays, J. The default is 0.</summary>
    public Rational Jackpot { get; init; }

    /// <summary>Gets what overlooking a planted error costs, S_v. The default is 0.</summary>
    public Rational ForcedErrorPenalty { get; init; }

    /// <summary>Gets by how much looking is better: X(R + L) + P(1 − G)A + f(J + S_v) − C.</summary>
    public Rational Margin => (FraudProbability * (FraudReward + FraudLoss)) + (ChallengeProbability * (1 - GuessProbability) * ChallengePenalty)
        + (ForcedErrorProbability * (Jackpot + ForcedErrorPenalty)) - CheckCost;

    /// <summary>Gets a value indicating whether looking is better however rare frauds are: P(1 − G)A + f(J + S_v) &gt; C.</summary>
    public bool IsAlwaysDiligent => (this with { FraudProbability = Rational.Zero }).Margin.Sign > 0;

    /// <summary>Gets the fraud probability below which nobody looks when nothing else is paid: a cheat at this rate is free. 0 when looking always pays.</summary>
    public Rational FreeFraudProbability => IsAlwaysDiligent || (FraudReward + FraudLoss).IsZero ? Rational.Zero : -(this with { FraudProbability = Rational.Zero }).Margin / (FraudReward + FraudLoss);

    /// <summary>Computes what m identities of one finder earn of a jackpot that k finders share as J/2^(k−1) each: splitting never pays.</summary>
    /// <param name="identities">The number of identities m, at least 1.</param>
    /// <returns>m·J/2^(m−1).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1 or above 4096.</exception>
    public Rational JackpotOf(int identities)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(identities, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(identities, 4096);
        return identities * Jackpot * GameNumbers.Power(new Rational(1, 2), identities - 1);
    }

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(CheckCost), CheckCost, false), (nameof(FraudProbability), FraudProbability, true), (nameof(FraudReward), FraudReward, false), (nameof(FraudLoss), FraudLoss, false),
        (nameof(ChallengeProbability), ChallengeProbability, true), (nameof(ChallengePenalty), ChallengePenalty, false), (nameof(GuessProbability), GuessProbability, true),
        (nameof(ForcedErrorProbability), ForcedErrorProbability, true), (nameof(Jackpot), Jackpot, false), (nameof(ForcedErrorPenalty), ForcedErrorPenalty, false));

    /// <summary>Builds the tree: fraud, planted error and challenge are drawn unseen, the checker decides at one information set, and may guess.</summary>
    /// <returns>The game; its actions are <c>look</c> and <c>skip</c>.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("attention", ["checker"]);
        Rational[] probabilities = [FraudProbability, ForcedErrorProbability, ChallengeProbability];
        Stack<(int Node, ImmutableArray<bool> Drawn)> open = new([(0, [])]);
        while (open.TryPop(out (int Node, ImmutableArray<bool> Drawn) place))
        {
            if (place.Drawn.Length < 3)
            {
                Rational probability = probabilities[place.Drawn.Length];
                ImmutableArray<int> draw = builder.AddChance(place.Node, ("yes", probability), ("no", 1 - probability));
                open.Push((draw[1], place.Drawn.Add(false)));
                open.Push((draw[0], place.Drawn.Add(true)));
                continue;
            }

            (bool isFraud, bool isPlanted, bool isChallenged) = (place.Drawn[0], place.Drawn[1], place.Drawn[2]);
            ImmutableArray<int> choice = builder.AddDecision(place.Node, 0, "checker", "look", "skip");
            builder.AddEnd(choice[0], (isFraud ? FraudReward : 0) + (isPlanted ? Jackpot : 0) - CheckCost);
            Rational missed = (isFraud ? -FraudLoss : 0) + (isPlanted ? -ForcedErrorPenalty : 0);
            ImmutableArray<int> guess = builder.AddChance(choice[1], ("right", GuessProbability), ("wrong", 1 - GuessProbability));
            builder.AddEnd(guess[0], missed);
            builder.AddEnd(guess[1], missed - (isChallenged ? ChallengePenalty : 0));
        }

        return builder.Build();
    }
}
