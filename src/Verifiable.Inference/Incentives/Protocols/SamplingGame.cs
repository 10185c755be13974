using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds the sampling game (proof of sampling, spML): a coalition's asserter answers honestly or cheats, an audit follows with probability p, each of the n validators belongs
/// to the coalition with probability r. Closed form and tree say the same exactly, for the cheat that knows its role and for the one that does not. Immutable.
/// </summary>
/// <remarks>
/// Sources: Zhang et al., <i>Proof of Sampling</i>, arXiv 2405.00295; Atoma whitepaper, Appendix A, Lemmas A.1 and A.2 (corrected) and Theorem A.3; the terms for noise, bounty
/// and the substitute's cost, and the role-blind form, are derived in <c>docs/reference/sampling-incentives.md</c>. Its decimal twin is <see cref="SamplingIncentives"/>.
/// </remarks>
public sealed record SamplingGame
{
    /// <summary>Gets what honest work costs, C.</summary>
    public required Rational HonestCost { get; init; }

    /// <summary>Gets what the substitute costs, c. The default is 0.</summary>
    public Rational SubstituteCost { get; init; }

    /// <summary>Gets the asserter's reward, R_A.</summary>
    public required Rational AsserterReward { get; init; }

    /// <summary>Gets the reward of all validators of one audit, R_V.</summary>
    public required Rational ValidatorReward { get; init; }

    /// <summary>Gets the slash, S.</summary>
    public required Rational Slash { get; init; }

    /// <summary>Gets the audit probability, p.</summary>
    public required Rational AuditProbability { get; init; }

    /// <summary>Gets the number of validators of an audit, n. The default is 1.</summary>
    public int ValidatorCount { get; init; } = 1;

    /// <summary>Gets the coalition's share of the selection weight without the asserter, r. The default is 0.</summary>
    public Rational CoalitionShare { get; init; }

    /// <summary>Gets the conviction probability of an exposed cheat, δ. The default is 1.</summary>
    public Rational DetectionProbability { get; init; } = Rational.One;

    /// <summary>Gets the conviction probability of an honest asserter, φ. The default is 0.</summary>
    public Rational FalseConvictionProbability { get; init; }

    /// <summary>Gets the conviction probability of an honest validator, φ_V. The default is 0.</summary>
    public Rational ValidatorFalseConvictionProbability { get; init; }

    /// <summary>Gets what the honest validators of a proven mismatch share, w. The default is 0.</summary>
    public Rational Bounty { get; init; }

    /// <summary>Gets the value of a fraud that nobody audits, U1; the asserter's reward when <see langword="null"/>.</summary>
    public Rational? UnchallengedFraudValue { get; init; }

    /// <summary>Gets the value of a fraud that only the coalition audits, U2; U1 + R_V when <see langword="null"/>.</summary>
    public Rational? ChallengedFraudValue { get; init; }

    private Rational Unchallenged => UnchallengedFraudValue ?? AsserterReward;

    private Rational Challenged => ChallengedFraudValue ?? (Unchallenged + ValidatorReward);

    private Rational AllCollude => GameNumbers.Power(CoalitionShare, ValidatorCount);

    /// <summary>Gets what honesty earns on one task, E_H.</summary>
    public Rational HonestPayoff => AsserterReward - HonestCost + (AuditProbability * CoalitionShare * ValidatorReward)
        - (AuditProbability * (1 - AllCollude) * FalseConvictionProbability * (AsserterReward + Slash));

    /// <summary>Gets what cheating earns on one task when the cheat knows its role, E_D.</summary>
    public Rational DishonestPayoff
    {
        get
        {
            Rational exposed = (1 - AllCollude) * (((1 - DetectionProbability) * Unchallenged) - (DetectionProbability * Slash));
            Rational recomputation = HonestCost * (1 - AllCollude - GameNumbers.Power(1 - CoalitionShare, ValidatorCount));
            Rational audited = (AllCollude * (Challenged - ValidatorReward)) + (CoalitionShare * ValidatorReward) - recomputation + exposed
                + (DetectionProbability * Bounty * (CoalitionShare - AllCollude));
            return ((1 - AuditProbability) * Unchallenged) - SubstituteCost + (AuditProbability * audited);
        }
    }

    /// <summary>Gets by how much honesty is better when the cheat knows its role. Honesty is secure iff it is above 0.</summary>
    public Rational Margin => HonestPayoff - DishonestPayoff;

    /// <summary>Gets what honesty earns on one envelope for a provider that cannot tell its role.</summary>
    public Rational RoleBlindHonestPayoff => (AsserterReward - HonestCost + (AuditProbability * (ValidatorReward - (ValidatorCount * HonestCost)))
        - (AuditProbability * (1 - AllCollude) * ((FalseConvictionProbability * (AsserterReward + Slash)) + (ValidatorFalseConvictionProbability * (ValidatorReward + (ValidatorCount * Slash))))))
        / (1 + (AuditProbability * ValidatorCount));

    /// <summary>Gets what cheating on every envelope earns on one envelope for a provider that cannot tell its role.</summary>
    public Rational RoleBlindDishonestPayoff
    {
        get
        {
            Rational envelopes = 1 + (AuditProbability * ValidatorCount);
            Rational exposed = ((1 - DetectionProbability) * (Unchallenged + ValidatorReward)) - ((1 + ValidatorCount) * DetectionProbability * Slash);
            Rational task = ((1 - AuditProbability) * Unchallenged) + (AuditProbability * AllCollude * Challenged) + (AuditProbability * (1 - AllCollude) * exposed);
            return (task / envelopes) - SubstituteCost;
        }
    }

    /// <summary>Gets by how much honesty is better on one envelope when the cheat cannot tell its role.</summary>
    public Rational RoleBlindMargin => RoleBlindHonestPayoff - RoleBlindDishonestPayoff;

    /// <summary>Gets the audit probability at which a cheat that knows its role breaks even: the margin is linear in p. 0 when honesty is better without audits; <see langword="null"/> when no p in (0, 1] is above it.</summary>
    public Rational? LeastAuditProbability => Root(p => (this with { AuditProbability = p }).Margin);

    /// <summary>Gets the audit probability at which a cheat that cannot tell its role breaks even; 0 when honesty is better without audits; <see langword="null"/> when no p in (0, 1] is above it.</summary>
    public Rational? RoleBlindLeastAuditProbability => Root(p => (this with { AuditProbability = p }).RoleBlindMargin * (1 + (p * ValidatorCount)));

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(HonestCost), HonestCost, false), (nameof(SubstituteCost), SubstituteCost, false), (nameof(AsserterReward), AsserterReward, false),
        (nameof(ValidatorReward), ValidatorReward, false), (nameof(Slash), Slash, false), (nameof(AuditProbability), AuditProbability, true),
        (nameof(CoalitionShare), CoalitionShare, true), (nameof(DetectionProbability), DetectionProbability, true), (nameof(Bounty), Bounty, false),
        (nameof(FalseConvictionProbability), FalseConvictionProbability, true), (nameof(ValidatorFalseConvictionProbability), ValidatorFalseConvictionProbability, true))
        .Concat(ValidatorCount is >= 1 and <= 64 ? [] : [$"{nameof(ValidatorCount)} must be from 1 to 64 for a tree, got {ValidatorCount}."]);

    /// <summary>Builds the tree for a cheat that knows its role: one player, then the coin, the number of its own validators, and the conviction.</summary>
    /// <returns>The game; its actions are <c>honest</c> and <c>cheat</c>.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("sampling, role known", ["coalition"]);
        ImmutableArray<int> choice = builder.AddDecision(0, 0, "asserter", "honest", "cheat");
        for (int action = 0; action < 2; action++)
        {
            bool isHonest = action == 0;
            ImmutableArray<int> coin = builder.AddChance(choice[action], ("audit", AuditProbability), ("none", 1 - AuditProbability));
            builder.AddEnd(coin[1], isHonest ? AsserterReward - HonestCost : Unchallenged - SubstituteCost);
            ImmutableArray<int> seats = builder.AddChance(coin[0], Enumerable.Range(0, ValidatorCount + 1).Select(own => ($"{own} own", GameNumbers.Binomial(ValidatorCount, own, CoalitionShare))));
            for (int own = 0; own <= ValidatorCount; own++)
            {
                AddAudit(builder, seats[own], isHonest, own);
            }
        }

        return builder.Build();
    }

    /// <summary>Builds the tree for a provider that cannot tell its role: chance deals it an asserter's or a validator's envelope, and it decides at one information set.</summary>
    /// <returns>The game; its actions are <c>honest</c> and <c>cheat</c>.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToRoleBlindTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("sampling, role unknown", ["provider"]);
        Rational envelopes = 1 + (AuditProbability * ValidatorCount);
        ImmutableArray<int> roles = builder.AddChance(0, ("asserter", 1 / envelopes), ("validator", AuditProbability * ValidatorCount / envelopes));
        ImmutableArray<int> asserter = builder.AddDecision(roles[0], 0, "envelope", "honest", "cheat");
        ImmutableArray<int> validator = builder.AddDecision(roles[1], 0, "envelope", "honest", "cheat");
        Rational each = ValidatorReward / ValidatorCount;
        AddExposure(builder, Audited(builder, asserter[0], AsserterReward - HonestCost), FalseConvictionProbability, AsserterReward - HonestCost, AsserterReward - HonestCost, -Slash - HonestCost);
        AddExposure(builder, Audited(builder, asserter[1], Unchallenged - SubstituteCost), DetectionProbability, Challenged - ValidatorReward - SubstituteCost, Unchallenged - SubstituteCost, -Slash - SubstituteCost);
        AddExposure(builder, validator[0], ValidatorFalseConvictionProbability, each - HonestCost, each - HonestCost, -Slash - HonestCost);
        AddExposure(builder, validator[1], DetectionProbability, each - SubstituteCost, each - SubstituteCost, -Slash - SubstituteCost);
        return builder.Build();
    }

    private int Audited(ExtensiveGameBuilder builder, int node, Rational otherwise)
    {
        ImmutableArray<int> coin = builder.AddChance(node, ("audit", AuditProbability), ("none", 1 - AuditProbability));
        builder.AddEnd(coin[1], otherwise);
        return coin[0];
    }

    private void AddExposure(ExtensiveGameBuilder builder, int node, Rational conviction, Rational among, Rational acquitted, Rational convicted)
    {
        ImmutableArray<int> validators = builder.AddChance(node, ("own only", AllCollude), ("others", 1 - AllCollude));
        builder.AddEnd(validators[0], among);
        ImmutableArray<int> verdict = builder.AddChance(validators[1], ("convicted", conviction), ("acquitted", 1 - conviction));
        builder.AddEnd(verdict[0], convicted);
        builder.AddEnd(verdict[1], acquitted);
    }

    private void AddAudit(ExtensiveGameBuilder builder, int node, bool isHonest, int own)
    {
        Rational validators = ValidatorReward * own / ValidatorCount;
        if (own == ValidatorCount)
        {
            builder.AddEnd(node, isHonest ? AsserterReward - HonestCost + validators : Challenged - SubstituteCost);
            return;
        }

        // A cheating coalition that is not alone answers honestly as validator: one of its members computes, and takes its part of the bounty.
        Rational conviction = isHonest ? FalseConvictionProbability : DetectionProbability;
        Rational spent = isHonest ? HonestCost : SubstituteCost + (own > 0 ? HonestCost : 0);
        Rational bounty = isHonest ? 0 : Bounty * own / ValidatorCount;
        ImmutableArray<int> verdict = builder.AddChance(node, ("convicted", conviction), ("acquitted", 1 - conviction));
        builder.AddEnd(verdict[0], validators + bounty - Slash - spent);
        builder.AddEnd(verdict[1], (isHonest ? AsserterReward : Unchallenged) + validators - spent);
    }

    private static Rational? Root(Func<Rational, Rational> margin)
    {
        Rational atZero = margin(Rational.Zero);
        Rational slope = margin(Rational.One) - atZero;
        return atZero.Sign > 0 ? Rational.Zero : atZero + slope > Rational.Zero ? -atZero / slope : null;
    }
}
