using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>
/// Proof of sampling (spML): one provider answers; with a probability that it cannot foresee a second one, drawn after the answer is fixed, computes it again; on a
/// mismatch a vote decides who cheated, and who did loses its stake. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Source: Zhang et al., "Proof of Sampling: A Nash Equilibrium-Secured Verification Protocol for Decentralized Systems" (arXiv 2405.00295). Departures from the
/// paper, each to close a hole that it leaves: docs/reference/strategies/sampling.md.
/// Assumptions: most voting stake is honest; nobody foresees or steers the beacon that draws the voters, without which a vote takes no stake; the honest profile is deterministic, or its comparison is calibrated; the requester keeps its secret until the claim is
/// posted. An answer that is not audited is <see cref="VerdictKind.Undetermined"/>, and paid.
/// </remarks>
public sealed class SamplingStrategy : VerificationStrategy
{
    /// <summary>The strategy's name in requests.</summary>
    public const string StrategyName = "sampling/v3";

    private readonly SamplingStrategyAssessment _assessment;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The terms.</param>
    /// <exception cref="ArgumentException">Something is wrong with the options, or cheating pays under them and they do not allow that; the message lists all of
    /// it, with what would repair it.</exception>
    public SamplingStrategy(SamplingOptions options)
        : base(StrategyName)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        string[] faults = [.. Options.Validate()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        _assessment = new SamplingStrategyAssessment(Options, SamplingIncentives.Assess(Options.Costs.ToEconomics(Options)));
        _assessment.ThrowIfInsecure(Options.AllowsInsecureTerms, nameof(SamplingOptions.AllowsInsecureTerms), nameof(options));
        FairDraws.ThrowIfNobodyWouldTake(Options.AreFair, Options.AllowsInsecureTerms, nameof(SamplingOptions.AllowsInsecureTerms), _assessment.Shortcomings, nameof(options));
    }

    /// <summary>Gets the terms.</summary>
    public SamplingOptions Options { get; }

    /// <inheritdoc/>
    public override SamplingStrategyAssessment Assess() => _assessment;

    /// <inheritdoc/>
    protected override bool IsFair(TaskEnvelope envelope, StakeShares stakes, Amount cost, decimal coalitionShare) => AreTermsFair(envelope, Options.Beacon, stakes, cost, coalitionShare);

    /// <summary>Tells whether an envelope's terms of sampling protect the provider.</summary>
    internal static bool AreTermsFair(TaskEnvelope envelope, IRandomBeacon? beacon, StakeShares stakes, Amount cost, decimal coalitionShare) =>
        Canonical.TryRead(envelope.Terms.Span, out SamplingTerms? terms) && terms.IsFair(stakes.ShareOf(envelope.Provider), cost, coalitionShare)

        // Rationale: by a beacon that the judge does not know nothing is settled, and its owner could be the requester.
        && (!terms.Convicts || (string.Equals(beacon?.Name, terms.BeaconName, StringComparison.Ordinal)

            // Rationale: after the last round nobody is convicted. The envelope's deadline is not before the request's, of which the requester begins none so near the end.
            && beacon!.RoundAfter(terms.VoteTime(envelope.Deadline)) <= beacon.LastRound))
        && terms.Reward == envelope.Reward && terms.Slash == envelope.StakeAtRisk && terms.Escrow == envelope.Escrow;

    /// <inheritdoc/>
    protected override ValueTask<VerificationOutcome> RunCoreAsync(InferenceOrder order, InferenceNetwork network, CancellationToken cancellationToken) =>
        new SamplingRun(Options, Name, order, network).RunAsync(cancellationToken);

    /// <inheritdoc/>
    protected internal override void WriteRecordJson(ReceiptCase evidence, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(writer);
        if (!SamplingJson.TryWrite(evidence, Options.Comparer, writer))
        {
            base.WriteRecordJson(evidence, writer);
        }
    }

    /// <inheritdoc/>
    protected override StrategyConclusion? ConcludeCore(ReceiptCase evidence, SignatureSchemes schemes, ReceiptChecklist checklist) =>
        SamplingEvidence.Conclude(evidence, Options.Comparer, Options.Beacon, schemes, checklist);
}
