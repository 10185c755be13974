using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Duplication;

/// <summary>
/// n = 1 that a node cannot tell from n = 2: one provider answers; with a small probability the work goes to a second one, in an envelope that nobody can link to the first nor tell from any
/// other; a mismatch is decided by a vote whose envelopes look the same again. Immutable but for its mixer; thread-safe.
/// </summary>
/// <remarks>
/// Source: the n = 1 proposal of the "cryptoeconomic machine learning" essay (H. Qureshi), with the closed form d(1 − r)(R + S) &gt; Δ (docs/reference/sampling-incentives.md). What is decided, and from
/// which evidence, is what sampling decides (<see cref="SamplingRules"/>): the coin falls after the first claim, so that nothing that a first provider sees can depend on it. What this strategy adds is
/// what the requester shows while a request runs: envelopes leave in full rounds of a mixer, and every request is settled at one time after its first envelope, checked or not.
/// Assumptions: rounds are full, providers do not tell each other what they were asked (those who do are one coalition), most voting stake is honest, nobody
/// foresees or steers the beacon that draws the voters.
/// </remarks>
public sealed class HiddenDuplicationStrategy : VerificationStrategy
{
    /// <summary>The strategy's name in requests.</summary>
    public const string StrategyName = "hidden-duplication/v3";

    private readonly SamplingOptions _sampling;
    private readonly HiddenDuplicationAssessment _assessment;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The terms.</param>
    /// <exception cref="ArgumentException">Something is wrong with the options, or cheating pays under them and they do not allow that; the message lists all of it.</exception>
    public HiddenDuplicationStrategy(HiddenDuplicationOptions options)
        : base(StrategyName)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        string[] faults = [.. Options.Validate()];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        _sampling = Options.ToSampling();
        _assessment = new HiddenDuplicationAssessment(Options);
        _assessment.ThrowIfInsecure(Options.AllowsInsecureTerms, nameof(HiddenDuplicationOptions.AllowsInsecureTerms), nameof(options));
        FairDraws.ThrowIfNobodyWouldTake(_sampling.AreFair, Options.AllowsInsecureTerms, nameof(HiddenDuplicationOptions.AllowsInsecureTerms), _assessment.Shortcomings, nameof(options));
    }

    /// <summary>Gets the terms.</summary>
    public HiddenDuplicationOptions Options { get; }

    /// <inheritdoc/>
    public override HiddenDuplicationAssessment Assess() => _assessment;

    /// <inheritdoc/>
    protected override bool IsFair(TaskEnvelope envelope, StakeShares stakes, Amount cost, decimal coalitionShare) => SamplingStrategy.AreTermsFair(envelope, Options.Beacon, stakes, cost, coalitionShare);

    /// <inheritdoc/>
    protected override ValueTask<VerificationOutcome> RunCoreAsync(InferenceOrder order, InferenceNetwork network, CancellationToken cancellationToken) =>
        StartOf(order, network, known: null).RunAsync(cancellationToken);

    /// <summary>Runs an order whose answer is known: what anybody else sees is that of any other order, until the answer is wrong.</summary>
    internal async ValueTask<CanaryOutcome> RunCanaryAsync(InferenceOrder order, NamedTensors known, InferenceNetwork network, CancellationToken cancellationToken)
    {
        ThrowIfNotJudged(network);
        SamplingRun run = StartOf(order, network, known);
        VerificationOutcome outcome = await run.RunAsync(cancellationToken).ConfigureAwait(false);
        return new CanaryOutcome(run.Finding, outcome);
    }

    /// <inheritdoc/>
    protected override StrategyConclusion? ConcludeCore(ReceiptCase evidence, SignatureSchemes schemes, ReceiptChecklist checklist) =>
        SamplingEvidence.Conclude(evidence, Options.Comparer, Options.Beacon, schemes, checklist);

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

    private SamplingRun StartOf(InferenceOrder order, InferenceNetwork network, NamedTensors? known) =>
        new(_sampling, Name, order, network, new SamplingPace(Options.Mixer, (long)Options.SettlementDelay.TotalMilliseconds, (long)Options.VoteSpread.TotalMilliseconds), known);
}
