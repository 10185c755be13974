using Verifiable.Inference.Claims;

namespace Verifiable.Inference.Settlement;

/// <summary>How a ledger is opened from a store. Immutable.</summary>
public sealed record LedgerOptions
{
    /// <summary>
    /// Gets a head that the operator is known to have signed, say from a receipt; a store that ends before it, or has another history, is refused, for it lost what was
    /// promised. The default is none.
    /// </summary>
    public Signed<LedgerHead>? KnownHead { get; init; }

    /// <summary>
    /// Gets a value indicating whether the signatures that entries stand on are verified again. Rules and hashes always are. The default is <see langword="false"/>: whoever can
    /// write to the store can also write what stands on no signature, so this finds nothing that a known head does not find, at the price of a verification for each.
    /// </summary>
    public bool VerifiesSignatures { get; init; }
}
