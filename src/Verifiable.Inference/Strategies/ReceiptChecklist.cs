using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies;

/// <summary>Collects what a check finds, up to the first refuted part. For authors of strategies.</summary>
public sealed class ReceiptChecklist
{
    private readonly List<ReceiptField> _fields = [];

    /// <summary>Gets a value indicating whether a part was refuted; nothing after it is worth checking.</summary>
    public bool IsRefuted { get; private set; }

    /// <summary>Records that a part is proven if a condition holds, and refuted if not. Does nothing after a refuted part.</summary>
    /// <returns>Whether nothing is refuted so far.</returns>
    public bool Require(bool condition, string name, string proven, string refuted)
    {
        if (!IsRefuted)
        {
            _fields.Add(condition ? new ReceiptField(name, ReceiptFieldStatus.Proven, proven) : new ReceiptField(name, ReceiptFieldStatus.Refuted, refuted));
            IsRefuted = !condition;
        }

        return !IsRefuted;
    }

    /// <summary>Requires that the receipt's verdict is, bit for bit, the one that follows from its record.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="verdict">What follows from its record.</param>
    /// <returns>Whether nothing is refuted so far.</returns>
    public bool RequireVerdict(Receipt receipt, Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return Require(
            VerdictEncoding.AreSame(receipt.Verdict, verdict),
            "verdict",
            "The verdict follows from the record.",
            $"Expected the verdict {verdict.Kind}, {verdict.Reason}, got {receipt.Verdict.Kind}, {receipt.Verdict.Reason}, or another distance or limit.");
    }

    /// <summary>Requires that a settlement is the last entry of the ledger whose head the receipt closes with.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="settlement">What follows from its record.</param>
    /// <returns>Whether nothing is refuted so far.</returns>
    public bool RequireSettlement(Receipt receipt, Settle settlement)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(settlement);
        LedgerHead closing = receipt.ClosingHead;
        return Require(
            LedgerChain.Next(receipt.HashBeforeSettlement, closing.Sequence, closing.Time, settlement) == closing.Hash,
            "settlement",
            "The settlement that follows from the record is the last entry of the signed ledger.",
            "The signed ledger's last entry is not the settlement that follows from the record.");
    }

    /// <summary>Records that a part is somebody's word.</summary>
    public void Assert(string name, string note)
    {
        if (!IsRefuted)
        {
            _fields.Add(new ReceiptField(name, ReceiptFieldStatus.Asserted, note));
        }
    }

    /// <summary>Ends the check.</summary>
    public ReceiptCheck ToCheck() => new(_fields.ToImmutableArray());
}
