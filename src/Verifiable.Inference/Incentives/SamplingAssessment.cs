using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives;

/// <summary>
/// Holds what a sampling configuration is worth: payoffs, thresholds, conditions and what is wrong with it. Made by
/// <see cref="SamplingIncentives.Assess"/> only; immutable. Two assessments are equal when they are the same object or agree in all numbers and share their lists.
/// </summary>
public sealed record SamplingAssessment
{
    internal SamplingAssessment(SamplingEconomics economics) => Economics = economics;

    /// <summary>Gets the numbers that were assessed.</summary>
    public SamplingEconomics Economics { get; }

    /// <summary>Gets what an honest asserter's coalition earns on one task, E_H.</summary>
    public decimal HonestPayoff { get; internal init; }

    /// <summary>Gets what a cheating asserter's coalition earns on one task when it knows its role, E_D.</summary>
    public decimal DishonestPayoff { get; internal init; }

    /// <summary>Gets by how much honesty is better on one task for a cheat that knows its role, E_H − E_D (exact form).</summary>
    public decimal Margin { get; internal init; }

    /// <summary>Gets the margin by the conservative form, which decides <see cref="IsHonestySecure"/>.</summary>
    public decimal ConservativeMargin { get; internal init; }

    /// <summary>Gets what honesty earns on one envelope for a provider that cannot tell its role.</summary>
    public decimal RoleBlindHonestPayoff { get; internal init; }

    /// <summary>Gets what cheating on every envelope earns on one envelope for a provider that cannot tell its role.</summary>
    public decimal RoleBlindDishonestPayoff { get; internal init; }

    /// <summary>Gets by how much honesty is better on one envelope for a provider that cannot tell its role.</summary>
    public decimal RoleBlindMargin { get; internal init; }

    /// <summary>Gets the least audit probability by the exact theorem; <see langword="null"/> when none in (0, 1] suffices. To be exceeded, like all of them.</summary>
    public decimal? LeastAuditProbability { get; internal init; }

    /// <summary>Gets the least audit probability as printed in version 2 of the paper, for comparison; <see langword="null"/> when none in (0, 1] suffices.</summary>
    public decimal? PublishedLeastAuditProbability { get; internal init; }

    /// <summary>Gets the least audit probability by the conservative form (version 3 of the paper); <see langword="null"/> when none in (0, 1] suffices.</summary>
    public decimal? ConservativeLeastAuditProbability { get; internal init; }

    /// <summary>Gets the audit probability at which a cheat that cannot tell its role breaks even; <see langword="null"/> when none in (0, 1] exceeds it.</summary>
    public decimal? RoleBlindLeastAuditProbability { get; internal init; }

    /// <summary>Gets the least slash by the exact theorem; <see langword="null"/> when none suffices. To be exceeded.</summary>
    public decimal? LeastSlash { get; internal init; }

    /// <summary>Gets the least slash by the conservative form; <see langword="null"/> when none suffices. To be exceeded.</summary>
    public decimal? ConservativeLeastSlash { get; internal init; }

    /// <summary>Gets the probability that one cheat by a provider that knows its role is convicted.</summary>
    public decimal DetectionProbability { get; internal init; }

    /// <summary>Gets the probability that one cheat by a provider that cannot tell its role is convicted.</summary>
    public decimal RoleBlindDetectionProbability { get; internal init; }

    /// <summary>Gets the probability that the vote goes wrong, e; 0 where no vote decides.</summary>
    public decimal AdjudicationError { get; internal init; }

    /// <summary>Gets what one verified inference costs in computations when everybody is honest.</summary>
    public decimal ExpectedCost { get; internal init; }

    /// <summary>Gets a value indicating whether the audit probability is strictly above the conservative threshold. Strategies refuse a configuration in which this is <see langword="false"/>.</summary>
    public bool IsHonestySecure { get; internal init; }

    /// <summary>
    /// Gets a value indicating whether honesty is secure and the only equilibrium of the game with the shared cheap answer: the bounty suffices, out of a
    /// slash that is no smaller, and an adjudicator is named. Under a vote this rests on the stated share of dishonest voters.
    /// </summary>
    public bool IsHonestyTheOnlyEquilibrium { get; internal init; }

    /// <summary>Gets the bounty to be exceeded for honesty to be the only equilibrium; <see langword="null"/> when none suffices or no adjudicator is named.</summary>
    public decimal? LeastBounty { get; internal init; }

    /// <summary>Gets a value indicating whether the comparison is good enough to slash on, δ/φ &gt; 1 + Δ / (R_A − C).</summary>
    public bool IsNoiseConditionMet { get; internal init; }

    /// <summary>Gets the slashes that both deter and keep honest asserters; <see langword="null"/> when there are none.</summary>
    public SlashInterval? FeasibleSlash { get; internal init; }

    /// <summary>Gets a value indicating whether an honest asserter does not lose by taking part.</summary>
    public bool DoesAsserterParticipate { get; internal init; }

    /// <summary>Gets a value indicating whether an honest validator does not lose by taking part.</summary>
    public bool DoesValidatorParticipate { get; internal init; }

    /// <summary>Gets whether a validator prefers computing to guessing; <see langword="null"/> when no guessing probability is given.</summary>
    public bool? IsGuessingDeterred { get; internal init; }

    /// <summary>Gets the largest coalition share up to which honesty stays secure; <see langword="null"/> when cheating pays without any coalition.</summary>
    public decimal? BreakingCoalitionShare { get; internal init; }

    /// <summary>Gets what must hold for these numbers to mean anything, one sentence each.</summary>
    public ImmutableArray<string> Assumptions { get; internal init; } = [];

    /// <summary>Gets everything that is wrong with the configuration, the gravest first; empty when nothing is.</summary>
    public ImmutableArray<SamplingShortcoming> Shortcomings { get; internal init; } = [];

    /// <summary>Computes the probability that at least one of several cheats by a provider that knows its role is convicted, 1 − (1 − D)ᵏ.</summary>
    /// <param name="cheats">The number k of cheats, at least 0.</param>
    /// <returns>The probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public decimal DetectionProbabilityAfter(long cheats) => SamplingIncentives.DetectionProbabilityAfter(DetectionProbability, cheats);
}
