using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds the game in which asserter and validator may both run the same cheap deterministic model, so that two cheats match: honesty is an equilibrium from p = Δ/(R + S) on, but the
/// only one just when the bounty w exceeds Δ. Immutable.
/// </summary>
/// <remarks>Derived for this library, <c>docs/reference/sampling-incentives.md</c>, "The only equilibrium". The numbers R 10, C 6, c 1, S 40, p 1/5 have three equilibria at w = 3 and one at w = 7.</remarks>
public sealed record FocalAnswerGame
{
    /// <summary>Gets what honest work costs, C.</summary>
    public required Rational HonestCost { get; init; }

    /// <summary>Gets what the common cheap model costs, c.</summary>
    public required Rational SubstituteCost { get; init; }

    /// <summary>Gets the reward of each, R.</summary>
    public required Rational Reward { get; init; }

    /// <summary>Gets the slash, S.</summary>
    public required Rational Slash { get; init; }

    /// <summary>Gets the audit probability, p.</summary>
    public required Rational AuditProbability { get; init; }

    /// <summary>Gets what the honest side of a proven mismatch gets, w.</summary>
    public required Rational Bounty { get; init; }

    private Rational Saving => HonestCost - SubstituteCost;

    /// <summary>Gets a value indicating whether honesty of both is an equilibrium: p(R + S) ≥ Δ, and R + S ≥ Δ for the validator.</summary>
    public bool IsHonestyEquilibrium => AuditProbability * (Reward + Slash) >= Saving && Reward + Slash >= Saving;

    /// <summary>Gets a value indicating whether cheating of both is an equilibrium: w ≤ Δ for the validator, pw ≤ Δ for the asserter.</summary>
    public bool IsCheatingEquilibrium => Bounty <= Saving && AuditProbability * Bounty <= Saving;

    /// <summary>Gets the equilibrium in which both mix, as the probabilities of honesty of asserter and validator; <see langword="null"/> when there is none.</summary>
    /// <remarks>The validator is indifferent at x(R + S) + (1 − x)w = Δ, the asserter at p[y(R + S) + (1 − y)w] = Δ.</remarks>
    public (Rational Asserter, Rational Validator)? Mixed
    {
        get
        {
            Rational spread = Reward + Slash - Bounty;
            if (spread.IsZero || AuditProbability.IsZero)
            {
                return null;
            }

            Rational asserter = (Saving - Bounty) / spread;
            Rational validator = ((Saving / AuditProbability) - Bounty) / spread;
            return asserter.Sign > 0 && asserter < 1 && validator.Sign > 0 && validator < 1 ? (asserter, validator) : null;
        }
    }

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(HonestCost), HonestCost, false), (nameof(SubstituteCost), SubstituteCost, false), (nameof(Reward), Reward, false),
        (nameof(Slash), Slash, false), (nameof(Bounty), Bounty, false), (nameof(AuditProbability), AuditProbability, true));

    /// <summary>Builds the tree: the asserter chooses, the coin falls, the validator chooses without seeing the answer; without an audit the validator's part is that of a drawn one.</summary>
    /// <remarks>The validator's payoffs are those given an audit, as in the closed form, so the audit is drawn after both choices and touches the asserter's payoff only.</remarks>
    /// <returns>The game of asserter and validator with the actions <c>honest</c> and <c>cheat</c>.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("focal cheap answer", ["asserter", "validator"]);
        ImmutableArray<int> first = builder.AddDecision(0, 0, "asserter", "honest", "cheat");
        for (int a = 0; a < 2; a++)
        {
            ImmutableArray<int> second = builder.AddDecision(first[a], 1, "validator", "honest", "cheat");
            for (int v = 0; v < 2; v++)
            {
                Rational ownCost = a == 0 ? HonestCost : SubstituteCost;
                Rational otherCost = v == 0 ? HonestCost : SubstituteCost;
                Rational validator = a == v ? Reward : v == 0 ? Reward + Bounty : -Slash;
                Rational audited = a == v ? Reward : a == 0 ? Reward + Bounty : -Slash;
                ImmutableArray<int> coin = builder.AddChance(second[v], ("audit", AuditProbability), ("none", 1 - AuditProbability));
                builder.AddEnd(coin[0], audited - ownCost, validator - otherCost);
                builder.AddEnd(coin[1], Reward - ownCost, validator - otherCost);
            }
        }

        return builder.Build();
    }
}
