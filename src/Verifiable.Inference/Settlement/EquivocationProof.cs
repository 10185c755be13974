using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Two different claims of one provider for one task, both signed: an offence that needs no other evidence.</summary>
public static class EquivocationProof
{
    /// <summary>
    /// Tells whether two signed commitments prove equivocation: the same ledger, task and provider, different claims, both signatures valid. Two signatures of one
    /// claim prove nothing. The order does not matter.
    /// </summary>
    public static bool IsProof(Signed<ClaimCommitment> first, Signed<ClaimCommitment> second, SignatureSchemes schemes)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(schemes);
        return first.Body.Claim != second.Body.Claim
            && first.Body with { Claim = second.Body.Claim } == second.Body
            && first.IsValidFrom(first.Body.Provider, schemes)
            && second.IsValidFrom(second.Body.Provider, schemes);
    }
}
