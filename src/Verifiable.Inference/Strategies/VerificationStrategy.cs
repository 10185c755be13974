using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;

namespace Verifiable.Inference.Strategies;

/// <summary>
/// A way to use an inference that somebody else computes and to know, at a price and a risk, that it is the one asked for. Derive from it to write a strategy:
/// run a request over a network, and check a receipt of it from its bytes. Strategies are immutable and thread-safe.
/// </summary>
public abstract class VerificationStrategy
{
    /// <summary>Creates a strategy.</summary>
    /// <param name="name">The name that requests carry, for example <c>sampling/v1</c>; at most 255 bytes in UTF-8.</param>
    protected VerificationStrategy(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>Gets the name that requests carry.</summary>
    public string Name { get; }

    /// <summary>Has an order computed and verified.</summary>
    /// <param name="order">What is wanted.</param>
    /// <param name="network">Where it is run.</param>
    /// <param name="cancellationToken">Ends the run; what is on the ledger stays there until its deadlines.</param>
    /// <exception cref="InvalidOperationException">The requester cannot pay, or nobody holds stake; the message says which and what to do.</exception>
    /// <remarks>Whatever providers do (throw, hang, lie), the run ends with an outcome that shows it.</remarks>
    public ValueTask<VerificationOutcome> RunAsync(InferenceOrder order, InferenceNetwork network, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(network);
        cancellationToken.ThrowIfCancellationRequested();
        return RunCoreAsync(order, network, cancellationToken);
    }

    /// <summary>Examines the strategy's terms before they are used: what honesty and cheating earn under them, at which risk and cost.</summary>
    public abstract StrategyAssessment Assess();

    /// <summary>Checks a receipt as a stranger would: from its bytes alone.</summary>
    /// <param name="receipt">The receipt, which may be anybody's work.</param>
    /// <param name="schemes">The signature schemes that are accepted; the framework's by default.</param>
    public ReceiptCheck Check(Receipt receipt, SignatureSchemes? schemes = null)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        schemes ??= SignatureSchemes.Default;
        ReceiptChecklist checklist = new();
        bool sound = checklist.Require(
            string.Equals(receipt.Request.Strategy, Name, StringComparison.Ordinal),
            "strategy",
            $"The request names the strategy '{Name}'.",
            $"Expected a request under '{Name}', got '{receipt.Request.Strategy}'.");
        if (sound && CheckSignatures(receipt, schemes, checklist))
        {
            CheckCore(receipt, schemes, checklist);
        }

        return checklist.ToCheck();
    }

    /// <summary>Has an order computed and verified; the arguments are checked.</summary>
    protected abstract ValueTask<VerificationOutcome> RunCoreAsync(InferenceOrder order, InferenceNetwork network, CancellationToken cancellationToken);

    /// <summary>Checks the strategy's part of a receipt whose request and heads are validly signed. Must not throw, whatever the receipt holds.</summary>
    /// <param name="receipt">The receipt; its signatures from the fourth on are the strategy's.</param>
    /// <param name="schemes">The signature schemes that are accepted.</param>
    /// <param name="checklist">Takes what is found.</param>
    protected abstract void CheckCore(Receipt receipt, SignatureSchemes schemes, ReceiptChecklist checklist);

    private static bool CheckSignatures(Receipt receipt, SignatureSchemes schemes, ReceiptChecklist checklist)
    {
        const int OfEveryStrategy = 3;
        if (!checklist.Require(receipt.Signatures.Length >= OfEveryStrategy, "form", "The receipt has the signatures that every receipt has.", "Signatures are missing."))
        {
            return false;
        }

        Signed<InferenceRequest> request = new(receipt.Request, receipt.RequesterKey, receipt.Signatures[0]);
        Signed<LedgerHead> opening = new(receipt.OpeningHead, receipt.OperatorKey, receipt.Signatures[1]);
        Signed<LedgerHead> closing = new(receipt.ClosingHead, receipt.OperatorKey, receipt.Signatures[2]);
        return checklist.Require(request.IsValidFrom(receipt.Request.Requester, schemes), "request", "The requester signed the request.", "The requester's signature is not valid.")
            && checklist.Require(opening.IsValidFrom(receipt.Request.Ledger, schemes), "opening head", "The ledger's operator signed the head with the stakes among which providers were drawn.", "The operator's signature of the opening head is not valid.")
            && checklist.Require(closing.IsValidFrom(receipt.Request.Ledger, schemes), "closing head", "The ledger's operator signed the head right after the settlement.", "The operator's signature of the closing head is not valid.")
            && checklist.Require(receipt.ClosingHead.Sequence > receipt.OpeningHead.Sequence, "sequence", "The settlement comes after the request on the ledger.", "The closing head is not after the opening head.");
    }
}
