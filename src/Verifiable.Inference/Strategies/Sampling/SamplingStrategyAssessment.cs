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
    }

    /// <summary>Gets all numbers of the theorem: thresholds in every published form, role-aware and role-blind, noise, uniqueness.</summary>
    public SamplingAssessment ClosedForms { get; }

    /// <summary>Gets the probability that an honest answer is convicted by a requester who is of the coalition and lies about refusals to draw again:
    /// p · r′ · P(Bin(m, r′) &gt; m/2) with r′ = 1 − (1 − r)^attempts. The vote's own weakness; an objective adjudicator has none.</summary>
    public decimal FalseConvictionProbability
    {
        get
        {
            decimal outside = 1;
            for (int attempt = 0; attempt < _options.MaxAttempts; attempt++)
            {
                outside *= 1 - _options.Costs.CoalitionShare;
            }

            return (decimal)_options.AuditRate * (1 - outside) * ExactBinomial.MajorityProbability(_options.VoterSeats, 1 - outside);
        }
    }

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
        _options.UsesBeacon
            ? "The beacon has the value that the requester records: the ledger's judge does not ask it."
            : "Requester and asserter are not one party: together they can try salts until checker and voters are drawn to their liking, and have an honest checker convicted.",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Shortcomings => [.. ClosedForms.Shortcomings.Select(static shortcoming => shortcoming.Sentence)];
}
