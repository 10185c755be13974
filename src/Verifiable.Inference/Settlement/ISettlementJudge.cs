using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Says what settlement follows from evidence, for requests under one strategy. A ledger asks it before it moves anything, so that nobody loses stake on a
/// requester's word. Implementations are pure and thread-safe and never throw on evidence from outside.
/// </summary>
public interface ISettlementJudge
{
    /// <summary>Gets the name of the strategy in requests.</summary>
    string Strategy { get; }

    /// <summary>Tells whether an envelope's terms protect the provider: enough voters, few enough draws, the price of an audit in escrow, no more at risk than stated.</summary>
    bool IsFair(TaskEnvelope envelope);

    /// <summary>Gives the settlement that follows from the evidence, or <see langword="null"/> when the evidence does not hold.</summary>
    Settle? Judge(ReceiptCase evidence, SignatureSchemes schemes);
}
