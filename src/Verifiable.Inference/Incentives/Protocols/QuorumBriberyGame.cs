using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds a vote of an odd number of seats that pays the majority and slashes the minority, under an attacker who promises a bribe to whoever votes falsely <em>and loses</em> (the p + ε
/// attack): false votes become dominant, strictly where the vote does not decide, and the attacker pays nothing. Escalating agreements to an objective referee with probability a repairs it. Immutable.
/// </summary>
/// <remarks>
/// Sources: V. Buterin, <i>The P + epsilon Attack</i> (28 January 2015); George and Lesaege, CryptoEconomicSystems 2021. The slash and the escalation are derived here: with a reward P, a
/// slash D and a bribe X, a vote that is not pivotal gains X − P − D from lying against a true majority and P + D from lying with a false one; a referee with probability a
/// takes away a(P + D + S) from a lie that stands.
/// </remarks>
public sealed record QuorumBriberyGame
{
    /// <summary>Gets the number of seats, odd, from 3 to 15.</summary>
    public required int Seats { get; init; }

    /// <summary>Gets what a vote with the majority earns, P.</summary>
    public required Rational Reward { get; init; }

    /// <summary>Gets what a vote with the minority loses, D.</summary>
    public required Rational MinoritySlash { get; init; }

    /// <summary>Gets what the attacker pays to a false vote when the true answer wins, X.</summary>
    public required Rational Bribe { get; init; }

    /// <summary>Gets the probability that an objective referee looks at the result, a. The default is 0.</summary>
    public Rational EscalationProbability { get; init; }

    /// <summary>Gets what the referee takes from each false vote, S.</summary>
    public Rational RefereeSlash { get; init; }

    /// <summary>Gets the least bribe above which a false vote is strictly better against a true majority when no referee looks, P + D.</summary>
    public Rational LeastBribe => Reward + MinoritySlash;

    /// <summary>Gets what a bribe must exceed for a lie against a true majority under the referee: the honest vote earns P; the lie earns (1 − a)(X − D) − a(S + D) + aX when bribes are paid on the first result.</summary>
    public Rational LeastBribeUnderReferee => Reward + MinoritySlash + (EscalationProbability * RefereeSlash);

    /// <summary>Gets what the attacker must be able to show: the bribe for the greatest losing minority, ⌊(n − 1)/2⌋·X. It is spent only if the attack fails.</summary>
    public Rational Budget => (Seats - 1) / 2 * Bribe;

    /// <summary>Gets a value indicating whether truth of all is an equilibrium: one lie against a true majority gains nothing.</summary>
    public bool IsTruthEquilibrium => Bribe <= LeastBribeUnderReferee;

    /// <summary>
    /// Gets a value indicating whether lying of all is an equilibrium: one true vote among lies earns −D, and P with the referee, who also slashes the lies:
    /// (1 − a)P − aS ≥ −(1 − a)D + aP.
    /// </summary>
    public bool IsLieEquilibrium => ((1 - EscalationProbability) * (Reward + MinoritySlash)) >= EscalationProbability * (RefereeSlash + Reward);

    /// <summary>Gets the expected loss of m liars who win the vote, a·m·S and their rewards: the cost of corruption.</summary>
    /// <param name="liars">The number of liars.</param>
    /// <returns>The expected loss.</returns>
    public Rational CostOfCorruption(int liars) => EscalationProbability * liars * (RefereeSlash + Reward);

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(Reward), Reward, false), (nameof(MinoritySlash), MinoritySlash, false), (nameof(Bribe), Bribe, false),
        (nameof(EscalationProbability), EscalationProbability, true), (nameof(RefereeSlash), RefereeSlash, false))
        .Concat(Seats is >= 3 and <= 15 && Seats % 2 == 1 ? [] : [$"{nameof(Seats)} must be odd and from 3 to 15, got {Seats}."]);

    /// <summary>Builds the tree: each seat votes at one information set, then the referee may look.</summary>
    /// <returns>The game of the voters; the actions are <c>true</c> and <c>false</c>.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("vote under p + epsilon", Enumerable.Range(1, Seats).Select(seat => $"seat {seat}"));
        Stack<(int Node, int Seat, ImmutableArray<bool> Lies)> open = new([(0, 0, [])]);
        while (open.TryPop(out (int Node, int Seat, ImmutableArray<bool> Lies) place))
        {
            if (place.Seat < Seats)
            {
                ImmutableArray<int> votes = builder.AddDecision(place.Node, place.Seat, "vote", "true", "false");
                open.Push((votes[1], place.Seat + 1, place.Lies.Add(true)));
                open.Push((votes[0], place.Seat + 1, place.Lies.Add(false)));
                continue;
            }

            bool lieWins = place.Lies.Count(lie => lie) > Seats / 2;
            ImmutableArray<int> referee = builder.AddChance(place.Node, ("referee", EscalationProbability), ("none", 1 - EscalationProbability));
            builder.AddEnd(referee[0], place.Lies.Select(lie => !lie ? Reward : -RefereeSlash - (lieWins ? 0 : MinoritySlash) + (lieWins ? 0 : Bribe)));
            builder.AddEnd(referee[1], place.Lies.Select(lie => lie == lieWins ? Reward : -MinoritySlash + (lie ? Bribe : 0)));
        }

        return builder.Build();
    }
}
