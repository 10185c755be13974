using System.Collections.Immutable;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Incentives.Advice;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>The assessment of a <see cref="SamplingStrategy"/>. Immutable.</summary>
public sealed record SamplingStrategyAssessment : StrategyAssessment
{
    private readonly SamplingOptions _options;

    internal SamplingStrategyAssessment(SamplingOptions options, SamplingAssessment closedForms)
    {
        _options = options;
        ClosedForms = closedForms;
        FalseConvictionProbability = closedForms.Economics.Slash > 0
            ? QuorumIncentives.SteeredError(options.VoterSeats, options.Costs.DishonestVoterShare ?? options.Costs.CoalitionShare, options.VoterAttempts)
            : 0;
    }

    /// <summary>Gets all numbers of the theorem: thresholds in every published form, role-aware and role-blind, noise, uniqueness.</summary>
    public SamplingAssessment ClosedForms { get; }

    /// <summary>Gets the probability that the beacon draws a vote which convicts an honest provider, where the requester is of the coalition, has it contradicted by a friend, and lies about refusals to
    /// draw again: P(Bin(m, r′) &gt; m/2) with r′ = 1 − (1 − r)^attempts, in each request for which it pays that provider. 0 where a vote takes no stake.</summary>
    /// <remarks>The vote's own weakness; an objective adjudicator has none. The requester needs no luck for the contradiction: it chooses who answers and, by the salt of a friend's claim, who checks.</remarks>
    public decimal FalseConvictionProbability { get; }

    /// <summary>Gets the largest share of all stake of a provider that does not lose by taking part where a requester's friends hold a tenth, in steps of a thousandth: P(R + S) ≤ R − C with
    /// r′ = 1 − (1 − 0.1 / (1 − v))^attempts; <see langword="null"/> where every provider loses, or a vote takes no stake. Providers with more turn the terms down.</summary>
    public decimal? LargestProtectedShare => _options.LargestProtectedShare;

    /// <inheritdoc/>
    public override AdviceModel? Model => _options.Comparer.ComparesCommitments
        ? new SamplingAdviceModel(ClosedForms.Economics, AuditProbabilityForm.Conservative, paysVotersFromSlash: true, name: SamplingStrategy.StrategyName)
        : null;

    /// <inheritdoc/>
    public override decimal HonestPayoff => ClosedForms.HonestPayoff;

    /// <inheritdoc/>
    public override decimal DishonestPayoff => ClosedForms.DishonestPayoff;

    /// <inheritdoc/>
    public override bool IsHonestySecure => ClosedForms.IsHonestySecure;

    /// <inheritdoc/>
    public override bool IsHonestyTheOnlyEquilibrium => ClosedForms.IsHonestyTheOnlyEquilibrium;

    /// <inheritdoc/>
    public override decimal DetectionProbability => ClosedForms.DetectionProbability;

    /// <inheritdoc/>
    public override decimal ExpectedCost => ClosedForms.ExpectedCost;

    /// <inheritdoc/>
    public override decimal? BreakingCoalitionShare => ClosedForms.BreakingCoalitionShare;

    /// <inheritdoc/>
    public override TimeSpan WorstLatency => _options.AnswerWindow + _options.OpeningWindow;

    /// <inheritdoc/>
    public override ImmutableArray<string> Assumptions =>
    [
        .. ClosedForms.Assumptions,
        .. VoteFindings.Assumptions(_options),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Shortcomings => [.. ClosedForms.Shortcomings.Select(static shortcoming => shortcoming.Sentence), .. VoteFindings.Shortcomings(_options, FalseConvictionProbability)];
}
