using System.Collections.Immutable;
using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>The assessment of a <see cref="SamplingStrategy"/>. Immutable.</summary>
public sealed record SamplingStrategyAssessment : StrategyAssessment
{
    private readonly SamplingOptions _options;

    internal SamplingStrategyAssessment(SamplingOptions options, SamplingAssessment closedForms)
    {
        _options = options;
        ClosedForms = closedForms;
    }

    /// <summary>Gets all numbers of the theorem: thresholds in every published form, role-aware and role-blind, noise, uniqueness.</summary>
    public SamplingAssessment ClosedForms { get; }

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
    public override ImmutableArray<string> Assumptions => ClosedForms.Assumptions;

    /// <inheritdoc/>
    public override ImmutableArray<string> Shortcomings => [.. ClosedForms.Shortcomings.Select(static shortcoming => shortcoming.Sentence)];
}
