using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies;

/// <summary>
/// A way to use an inference that somebody else computes and to know, at a price and a risk, that it is the one asked for. Derive from it to write a strategy:
/// run a request over a network, and conclude from its evidence. The same conclusion settles on the ledger, whose judge a strategy is, and checks receipts.
/// Strategies are immutable and thread-safe.
/// </summary>
public abstract class VerificationStrategy : ISettlementJudge
{
    private readonly string _namesThis;

    /// <summary>Creates a strategy.</summary>
    /// <param name="name">The name that requests carry, for example <c>sampling/v3</c>; at most 255 bytes in UTF-8.</param>
    protected VerificationStrategy(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _namesThis = $"The request names the strategy '{name}'.";
    }

    /// <summary>Gets the name that requests carry.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    string ISettlementJudge.Strategy => Name;

    /// <summary>Has an order computed and verified.</summary>
    /// <param name="order">What is wanted.</param>
    /// <param name="network">Where it is run.</param>
    /// <param name="cancellationToken">Ends the run; what is on the ledger stays there until its deadlines.</param>
    /// <exception cref="InvalidOperationException">The ledger does not judge by this strategy, the requester cannot pay, or nobody holds stake; the message says which and
    /// what to do.</exception>
    /// <remarks>Whatever providers do (throw, hang, lie), the run ends with an outcome that shows it.</remarks>
    public ValueTask<VerificationOutcome> RunAsync(InferenceOrder order, InferenceNetwork network, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(network);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfNotJudged(network);
        return RunCoreAsync(order, network, cancellationToken);
    }

    /// <summary>Examines the strategy's terms before they are used: what honesty and cheating earn under them, at which risk and cost.</summary>
    public abstract StrategyAssessment Assess();

    /// <summary>Checks a receipt as a stranger would: from its bytes alone.</summary>
    /// <param name="receipt">The receipt, which may be anybody's work.</param>
    /// <param name="schemes">The signature schemes that are accepted; the framework's by default.</param>
    /// <param name="ledger">The ledger that is trusted; without it the receipt may be of a ledger that its author made up.</param>
    public ReceiptCheck Check(Receipt receipt, SignatureSchemes? schemes = null, NodeId? ledger = null)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        schemes ??= SignatureSchemes.Default;
        ReceiptChecklist checklist = new();
        if (ledger is { } expectedLedger)
        {
            _ = checklist.Require(receipt.Request.Ledger == expectedLedger, "ledger", "The request is settled on the expected ledger.", $"Expected the ledger {expectedLedger}, got {receipt.Request.Ledger}.");
        }
        else
        {
            checklist.Assert("ledger", $"That {receipt.Request.Ledger} is a ledger to trust is for the reader to know; so is that the model and the inputs are those that were meant.");
        }

        bool signed = !checklist.IsRefuted && checklist.Require(receipt.IsClosingHeadSigned(schemes), "closing head", "The ledger's operator signed the head right after the settlement.", "The operator's signature of the closing head is not valid.")
            && checklist.Require(receipt.ClosingHead.Sequence > receipt.Case.OpeningHead.Sequence, "sequence", "The settlement comes after the request on the ledger.", "The closing head is not after the opening head.");
        if (signed && Conclude(receipt.Case, schemes, checklist) is { } conclusion)
        {
            Verdict expected = conclusion.Verdict;
            Settle settlement = conclusion.Settlement with { Evidence = receipt.Case.BodyDigest };
            Digest hash = LedgerChain.Next(receipt.HashBeforeSettlement, receipt.ClosingHead.Sequence, receipt.ClosingHead.Time, settlement);
            _ = checklist.Require(VerdictEncoding.AreSame(expected, receipt.Verdict), "verdict", "The verdict follows from the record.", $"Expected the verdict {expected.Kind}, {expected.Reason}, got {receipt.Verdict.Kind}, {receipt.Verdict.Reason}, or another distance or limit.")
                && checklist.Require(hash == receipt.ClosingHead.Hash, "settlement", "The settlement that follows from this evidence, and no other, is the last entry of the signed ledger.", "The signed ledger's last entry is not the settlement that follows from this evidence.");
        }

        return checklist.ToCheck();
    }

    /// <inheritdoc/>
    Settle? ISettlementJudge.Judge(ReceiptCase evidence, SignatureSchemes schemes)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(schemes);
        return Conclude(evidence, schemes, new ReceiptChecklist { IsForSettlement = true })?.Settlement;
    }

    /// <inheritdoc/>
    bool ISettlementJudge.IsFair(TaskEnvelope envelope, StakeShares stakes, Amount cost, decimal coalitionShare)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(stakes);
        return IsFair(envelope, stakes, cost, coalitionShare);
    }

    /// <summary>Tells whether an envelope's terms protect the provider; an honest provider asks before it accepts. Must not throw, whatever the terms.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="stakes">Who holds what share of the stake.</param>
    /// <param name="cost">What computing the answer costs the provider.</param>
    /// <param name="coalitionShare">The share of all stake, in [0, 1], that a requester's friends may hold with the provider still not losing by taking part.</param>
    protected abstract bool IsFair(TaskEnvelope envelope, StakeShares stakes, Amount cost, decimal coalitionShare);

    /// <inheritdoc/>
    public virtual Amount FindClaimBond(TaskEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return Amount.Zero;
    }

    /// <summary>Has an order computed and verified; the arguments are checked.</summary>
    protected abstract ValueTask<VerificationOutcome> RunCoreAsync(InferenceOrder order, InferenceNetwork network, CancellationToken cancellationToken);

    /// <summary>Concludes from evidence whose request names this strategy and is validly signed. Must not throw, whatever the evidence holds.</summary>
    /// <param name="evidence">The evidence; its <see cref="ReceiptCase.StrategySignatures"/> are not checked yet.</param>
    /// <param name="schemes">The signature schemes that are accepted.</param>
    /// <param name="checklist">Takes what is found.</param>
    /// <returns>The conclusion; <see langword="null"/> when the evidence does not hold, and then the checklist says why.</returns>
    protected abstract StrategyConclusion? ConcludeCore(ReceiptCase evidence, SignatureSchemes schemes, ReceiptChecklist checklist);

    /// <summary>Writes the strategy's record as one JSON value, for people. The base writes its bytes in hexadecimal.</summary>
    /// <param name="evidence">The evidence, which may be anybody's work; where the record cannot be read, overrides write what the base writes.</param>
    /// <param name="writer">The writer, which is where a property's value is due.</param>
    protected internal virtual void WriteRecordJson(ReceiptCase evidence, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("bytes", evidence.Record.ToString());
        writer.WriteEndObject();
    }

    private StrategyConclusion? Conclude(ReceiptCase evidence, SignatureSchemes schemes, ReceiptChecklist checklist)
    {
        bool isNamed = string.Equals(evidence.Request.Strategy, Name, StringComparison.Ordinal);
        bool sound = checklist.Require(isNamed, "strategy", _namesThis, isNamed ? string.Empty : $"Expected a request under '{Name}', got '{evidence.Request.Strategy}'.")
            && checklist.Require(evidence.IsSigned(schemes), "request", "The requester signed the request, and the ledger's operator the head with the stakes among which providers were drawn.", "The signature of the request or of the opening head is not valid.");
        StrategyConclusion? conclusion = sound ? ConcludeCore(evidence, schemes, checklist) : null;
        return checklist.IsRefuted ? null : conclusion;
    }

    // The ledger must know the rules under which it is asked to settle.
    private protected void ThrowIfNotJudged(InferenceNetwork network)
    {
        if (network.Ledger.FindJudge(Name) is null)
        {
            throw new InvalidOperationException($"Expected a ledger that judges requests under '{Name}', got one that does not: create the ledger with this strategy as a judge.");
        }
    }
}
