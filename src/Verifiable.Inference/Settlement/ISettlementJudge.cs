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
    /// <param name="envelope">The envelope, which may be anybody's work.</param>
    /// <param name="stakes">Who holds what share of the stake: whom a committee judges does not sit in it, so the more its provider holds, the more the rest weighs.</param>
    /// <param name="cost">What computing the answer costs the provider.</param>
    /// <param name="coalitionShare">The share of all stake, in [0, 1], that a requester's friends may hold with the provider still not losing by taking part.</param>
    bool IsFair(TaskEnvelope envelope, StakeShares stakes, Amount cost, decimal coalitionShare);

    /// <summary>Reads the bond that a claim on an envelope needs: accepting locks it, and the claim is paid only where the ledger's court found that it stands.</summary>
    /// <param name="envelope">The envelope, which may be anybody's work.</param>
    /// <returns>The bond; nothing (default) under strategies without disputes, and where the terms cannot be read.</returns>
    Amount FindClaimBond(TaskEnvelope envelope) => Amount.Zero;

    /// <summary>Gives the settlement that follows from the evidence, or <see langword="null"/> when the evidence does not hold.</summary>
    Settle? Judge(ReceiptCase evidence, SignatureSchemes schemes);
}
