using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// What a ledger keeps of a task besides the state: the signatures that its entries stand on, and what it answered. Kept as long as the task.
/// Changed in place by its ledger, under the gate; what leaves the gate is a copy.
/// </summary>
internal sealed record TaskPapers
{
    /// <summary>Gets the number from which on an opening head was fresh when the task was opened.</summary>
    public ulong FreshFrom { get; set; }

    /// <summary>Gets the provider's signature under its acceptance.</summary>
    public CommandAuthorization? Acceptance { get; set; }

    /// <summary>Gets the provider's signature under its claim.</summary>
    public CommandAuthorization? Posting { get; set; }

    /// <summary>Gets the claim that was revealed on demand.</summary>
    public SignedClaim? Revealed { get; set; }

    /// <summary>Gets the digest of the evidence by which the task was settled, as the first of a settlement.</summary>
    public Digest Evidence { get; set; }

    /// <summary>Gets the hash before that settlement.</summary>
    public Digest HashBefore { get; set; }

    /// <summary>Gets the signed head whose last entry is that settlement.</summary>
    public Signed<LedgerHead>? Head { get; set; }
}
