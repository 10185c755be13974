using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>
/// Optimistic challenge: one provider answers at once under a bond; the answer is provisional; within a window anybody may challenge it with a bond, and the system has it computed again at random. A challenge
/// is a dispute that ends in the recomputation of one number. Who loses it loses its bond, half of it burnt; an overturned answer is asked for again. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>Source: the game of Smart AI (random challenges, barring, reversal), with the conviction rule of this library's disputes: docs/decisions/0036-optimistic-strategy.md and
/// docs/reference/strategies/optimistic.md. The run's outcome is provisional; await <see cref="VerificationOutcome.Finality"/>.</para>
/// <para>Assumptions: <see cref="OptimisticStrategyAssessment.Assumptions"/>. An answer that nobody computed again is <see cref="VerdictKind.Undetermined"/> in the end, and paid.</para>
/// </remarks>
public sealed class OptimisticStrategy : VerificationStrategy
{
    /// <summary>The strategy's name in requests.</summary>
    public const string StrategyName = "optimistic/v2";

    private readonly OptimisticStrategyAssessment _assessment;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The terms.</param>
    /// <exception cref="ArgumentException">Something is wrong with the options, or cheating pays under them and they do not allow that; the message lists all of it, with what would repair it.</exception>
    public OptimisticStrategy(OptimisticOptions options)
        : base(StrategyName)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        string[] faults = [.. Options.Validate()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        _assessment = new OptimisticStrategyAssessment(options);
        _assessment.ThrowIfInsecure(options.AllowsInsecureTerms, nameof(OptimisticOptions.AllowsInsecureTerms), nameof(options));
        if (!options.AllowsInsecureTerms && !options.AreFair)
        {
            throw new ArgumentException(
                $"Expected terms that providers take: a wrong challenge pays its victim a reward at least, every turn has a second or more, a check fits into the window for challenges and a quarter of the opening window, at most {OptimisticTerms.MostBondPerReward} times the reward is at risk, and at most 3 draws are made for one seat. Change them, or set {nameof(OptimisticOptions.AllowsInsecureTerms)}.", nameof(options));
        }
    }

    /// <summary>Gets the terms.</summary>
    public OptimisticOptions Options { get; }

    /// <summary>Reads the clocks and bonds of disputes from an envelope under this strategy: what a ledger's court asks for.</summary>
    /// <returns>The clocks and bonds; <see langword="null"/> where the envelope is under another strategy, or its terms cannot be read.</returns>
    public static DisputeTerms? FindDisputeTerms(TaskEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return string.Equals(envelope.Strategy, StrategyName, StringComparison.Ordinal) && Canonical.TryRead(envelope.Terms.Span, out OptimisticTerms? terms) ? terms.Disputes : null;
    }

    /// <inheritdoc/>
    public override Amount FindClaimBond(TaskEnvelope envelope) => FindDisputeTerms(envelope)?.ClaimBond ?? Amount.Zero;

    /// <inheritdoc/>
    public override OptimisticStrategyAssessment Assess() => _assessment;

    /// <inheritdoc/>
    /// <remarks>Stakes do not count: a referee that recomputes decides, and not a vote that a coalition could hold.</remarks>
    protected override bool IsFair(TaskEnvelope envelope, StakeShares stakes, Amount cost, decimal coalitionShare) =>
        Canonical.TryRead(envelope.Terms.Span, out OptimisticTerms? terms) && terms.IsFair && terms.Reward >= cost

        // Rationale: the court takes claims on its own clocks and bonds only; on others the provider would never be paid.
        && terms.Disputes == Options.Disputes

        // Rationale: without a referee of the model nobody could show that the claim is right.
        && Options.FindReferee(envelope.Work.ModelId) is not null
        && (terms.BeaconName.Length == 0 || (string.Equals(Options.Beacon?.Name, terms.BeaconName, StringComparison.Ordinal)
            && BeaconLeavesTime(Options.Beacon!, terms, envelope.Deadline)))
        && terms.Reward == envelope.Reward && terms.Slash == envelope.StakeAtRisk && terms.Reward == envelope.Escrow
        && (Int128)envelope.OpeningDeadline - envelope.Deadline == terms.OpeningWindow;

    // The round comes, and comes early enough for one attempt at a check within the time for it.
    private bool BeaconLeavesTime(IRandomBeacon beacon, OptimisticTerms terms, long deadline)
    {
        ulong round = beacon.RoundAfter(terms.CheckTime(deadline));
        return round <= beacon.LastRound && (Int128)beacon.TimeOf(round) + (long)Options.AnswerWindow.TotalMilliseconds <= (Int128)deadline + terms.CheckWindow;
    }

    /// <inheritdoc/>
    protected override ValueTask<VerificationOutcome> RunCoreAsync(InferenceOrder order, InferenceNetwork network, CancellationToken cancellationToken)
    {
        if (network.Court is not { } court || court.Ledger != network.Ledger || court.Terms != Options.Disputes)
        {
            throw new InvalidOperationException("Expected a network with the ledger's court, of the clocks and bonds that this strategy states, got none: open a LedgerCourt, and give it to the network.");
        }

        if (Options.FindReferee(order.ModelId) is null || court.FindReferee(order.ModelId) is null)
        {
            throw new ArgumentException($"Expected a model of which this strategy and the court have a referee, got {order.ModelId}.", nameof(order));
        }

        return new OptimisticRun(Options, Name, order, network, court).RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected internal override void WriteRecordJson(ReceiptCase evidence, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(writer);
        if (!OptimisticJson.TryWrite(evidence, writer))
        {
            base.WriteRecordJson(evidence, writer);
        }
    }

    /// <inheritdoc/>
    protected override StrategyConclusion? ConcludeCore(ReceiptCase evidence, SignatureSchemes schemes, ReceiptChecklist checklist) =>
        OptimisticEvidence.Conclude(evidence, Options, schemes, checklist);
}
