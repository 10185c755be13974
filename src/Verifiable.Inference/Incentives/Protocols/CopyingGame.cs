using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds the copying problem of a quorum of two: the first provider answers; the second computes, or copies what it sees, or guesses. With commit–reveal nothing is seen unless it leaks;
/// without, everything is. For a provider that must decide before it sees, copying is worthless exactly when what is left to see and to guess is too little; one that may look first gains lC by whatever leaks, at any
/// slash. Immutable.
/// </summary>
/// <remarks>
/// Derived here from the guessing condition (1 − g)(R + S) &gt; C of <c>docs/reference/sampling-incentives.md</c>; commit–reveal with a salt bound to node and task is what makes the leak small
/// (Opentensor, <i>Weight copying in Bittensor</i>, 2024, remark 3: without a salt equal answers have equal commitments).
/// </remarks>
public sealed record CopyingGame
{
    /// <summary>Gets what computing costs, C.</summary>
    public required Rational HonestCost { get; init; }

    /// <summary>Gets the reward of an answer that matches, R.</summary>
    public required Rational Reward { get; init; }

    /// <summary>Gets the slash of one that does not, S.</summary>
    public required Rational Slash { get; init; }

    /// <summary>Gets the probability that the first answer can be seen in time, 1 without commit–reveal. The default is 0: nothing leaks.</summary>
    public Rational LeakProbability { get; init; }

    /// <summary>Gets the probability of guessing an unseen answer, g. The default is 0.</summary>
    public Rational GuessProbability { get; init; }

    /// <summary>Gets what computing earns beside an honest first provider, R − C.</summary>
    public Rational HonestPayoff => Reward - HonestCost;

    /// <summary>Gets what never computing earns: with the leak R, otherwise gR − (1 − g)S.</summary>
    public Rational CopyPayoff => (LeakProbability * Reward) + ((1 - LeakProbability) * ((GuessProbability * Reward) - ((1 - GuessProbability) * Slash)));

    /// <summary>Gets by how much computing is better, (1 − l)(1 − g)(R + S) − C, than never computing; see <see cref="LookMargin"/> for a provider that looks first.</summary>
    public Rational Margin => HonestPayoff - CopyPayoff;

    /// <summary>Gets what looking first earns: R from an answer that is seen, otherwise the better of computing and guessing.</summary>
    public Rational LookPayoff => (LeakProbability * Reward) + ((1 - LeakProbability) * Rational.Max(HonestPayoff, (GuessProbability * Reward) - ((1 - GuessProbability) * Slash)));

    /// <summary>Gets by how much computing is better than looking first, never above 0: −lC where guessing does not pay. No slash makes up for a leak.</summary>
    public Rational LookMargin => HonestPayoff - LookPayoff;

    /// <summary>Gets the leak probability from which computing is not better than never computing; <see langword="null"/> when it is not even without a leak.</summary>
    public Rational? GreatestLeak
    {
        get
        {
            Rational risk = (1 - GuessProbability) * (Reward + Slash);
            return risk > HonestCost ? 1 - (HonestCost / risk) : null;
        }
    }

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(HonestCost), HonestCost, false), (nameof(Reward), Reward, false), (nameof(Slash), Slash, false),
        (nameof(LeakProbability), LeakProbability, true), (nameof(GuessProbability), GuessProbability, true));

    /// <summary>Builds the tree: the first provider computes; the second computes, or will not whatever leaks, or looks whether something leaks and then decides.</summary>
    /// <returns>The game of the second provider; the actions are <c>compute</c>, <c>copy</c> and <c>look</c>, after a look <c>copy</c> or <c>guess</c>, and <c>compute</c>.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("commit, reveal, copy", ["second"]);
        ImmutableArray<int> choice = builder.AddDecision(0, 0, "second", "compute", "copy", "look");
        builder.AddEnd(choice[0], HonestPayoff);
        ImmutableArray<int> leak = builder.AddChance(choice[1], ("leaks", LeakProbability), ("hidden", 1 - LeakProbability));
        builder.AddEnd(leak[0], Reward);
        AddGuess(builder, leak[1]);
        ImmutableArray<int> look = builder.AddChance(choice[2], ("leaks", LeakProbability), ("hidden", 1 - LeakProbability));
        ImmutableArray<int> seen = builder.AddDecision(look[0], 0, "seen", "copy", "compute");
        builder.AddEnd(seen[0], Reward);
        builder.AddEnd(seen[1], HonestPayoff);
        ImmutableArray<int> hidden = builder.AddDecision(look[1], 0, "hidden", "guess", "compute");
        AddGuess(builder, hidden[0]);
        builder.AddEnd(hidden[1], HonestPayoff);
        return builder.Build();
    }

    private void AddGuess(ExtensiveGameBuilder builder, int node)
    {
        ImmutableArray<int> guess = builder.AddChance(node, ("right", GuessProbability), ("wrong", 1 - GuessProbability));
        builder.AddEnd(guess[0], Reward);
        builder.AddEnd(guess[1], -Slash);
    }
}
