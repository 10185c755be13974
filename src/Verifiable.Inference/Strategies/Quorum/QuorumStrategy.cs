using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>
/// A quorum by stake: n seats are drawn with replacement, their providers commit to their answers and reveal them, and the group above the threshold wins. Who contradicts calls a
/// larger, disjoint committee, and so does the coin for a share of what nobody contradicts; that committee's majority decides, and whoever it finds wrong loses its stake.
/// Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Rules, sources and what a requester can still do: docs/reference/strategies/quorum.md. Assumptions: most seats of the second committee are honest; the honest profile is
/// deterministic, or its comparison is calibrated; the beacon's value cannot be foreseen. One instance settles requests with any number of seats: what is in force stands in the
/// request's terms.
/// </remarks>
public sealed class QuorumStrategy : VerificationStrategy
{
    /// <summary>The strategy's name in requests.</summary>
    public const string StrategyName = "quorum/v2";

    private readonly QuorumAssessment _assessment;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The terms.</param>
    /// <exception cref="ArgumentException">Something is wrong with the options, or cheating pays under them and they do not allow that; the message lists all of
    /// it, with what would repair it.</exception>
    public QuorumStrategy(QuorumOptions options)
        : base(StrategyName)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        string[] faults = [.. Options.Validate()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        _assessment = QuorumIncentives.Assess(Options.Costs.ToEconomics(Options));
        Assess().ThrowIfInsecure(Options.AllowsInsecureTerms, nameof(QuorumOptions.AllowsInsecureTerms), nameof(options));
        (_, _, int deciders) = Options.SizesFor(1);
        bool areFair = deciders >= QuorumOptions.FairEscalationSeats && Options.EscalationAttempts <= QuorumOptions.FairAttempts && (Options.Beacon is null || Assess().LargestProtectedShare is not null);
        FairDraws.ThrowIfNobodyWouldTake(areFair, Options.AllowsInsecureTerms, nameof(QuorumOptions.AllowsInsecureTerms), Assess().Shortcomings, nameof(options));
    }

    /// <summary>Gets the terms.</summary>
    public QuorumOptions Options { get; }

    /// <inheritdoc/>
    public override QuorumStrategyAssessment Assess() => new(Options, _assessment);

    /// <inheritdoc/>
    protected override bool IsFair(TaskEnvelope envelope, StakeShares stakes, Amount cost, decimal coalitionShare)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(stakes);

        // Rationale: a judge that does not know the beacon would take its value, and with it the deciding committee, on the requester's word.
        return Canonical.TryRead(envelope.Terms.Span, out QuorumTerms? terms) && terms.IsFair(envelope.Provider, stakes, cost, coalitionShare)
            && terms.SeatsOf(envelope.Reward, envelope.Escrow, envelope.StakeAtRisk) > 0
            && (!terms.Convicts || (string.Equals(Options.Beacon?.Name, terms.BeaconName, StringComparison.Ordinal) && terms.BeaconRound <= Options.Beacon!.LastRound));
    }

    /// <inheritdoc/>
    protected override ValueTask<VerificationOutcome> RunCoreAsync(InferenceOrder order, InferenceNetwork network, CancellationToken cancellationToken) =>
        new QuorumRun(Options, Name, order, network).RunAsync(cancellationToken);

    /// <inheritdoc/>
    protected internal override void WriteRecordJson(ReceiptCase evidence, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(writer);
        if (!QuorumJson.TryWrite(evidence, Options.Comparer, writer))
        {
            base.WriteRecordJson(evidence, writer);
        }
    }

    /// <inheritdoc/>
    protected override StrategyConclusion? ConcludeCore(ReceiptCase evidence, SignatureSchemes schemes, ReceiptChecklist checklist)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return QuorumEvidence.Conclude(evidence, Options.Comparer, Options.Beacon, schemes, checklist);
    }
}
