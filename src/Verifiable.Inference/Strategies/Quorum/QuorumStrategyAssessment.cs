using System.Collections.Immutable;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Incentives.Advice;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>The assessment of a <see cref="QuorumStrategy"/>. Immutable.</summary>
public sealed record QuorumStrategyAssessment : StrategyAssessment
{
    private readonly QuorumOptions _options;

    internal QuorumStrategyAssessment(QuorumOptions options, QuorumAssessment closedForms)
    {
        _options = options;
        ClosedForms = closedForms;
    }

    /// <summary>Gets all numbers: what a coalition wins with how many seats, costs of corruption and of bribery, thresholds.</summary>
    public QuorumAssessment ClosedForms { get; }

    /// <summary>Gets the largest share of all stake that a provider, and the others that the requester puts into its committee, may hold together with the provider not losing by taking part where the
    /// requester's friends hold a tenth, in steps of a thousandth; <see langword="null"/> where every provider loses, or no second committee takes stake.</summary>
    public decimal? LargestProtectedShare => _options.Beacon is null
        ? null
        : FairDraws.LargestBarredShare(ClosedForms.Economics.EscalationSeats, _options.EscalationAttempts, _options.Slash, _options.Reward, _options.Costs.HonestCost);

    /// <inheritdoc/>
    public override AdviceModel? Model => new QuorumAdviceModel(ClosedForms.Economics);

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
    public override ImmutableArray<string> Shortcomings => ClosedForms.Shortcomings;
}
