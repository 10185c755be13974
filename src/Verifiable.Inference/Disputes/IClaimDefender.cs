using Verifiable.Inference.Claims;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Disputes;

/// <summary>Answers disputes over a provider's claims as long as they can be challenged. Implementations are thread-safe, and do not throw.</summary>
public interface IClaimDefender
{
    /// <summary>Tells whether a claim on an envelope could be defended now. A provider takes no task whose claim is bonded where it could not.</summary>
    /// <param name="envelope">The envelope, which may be anybody's work.</param>
    bool CanDefend(TaskEnvelope envelope);

    /// <summary>Defends a claim from now on, and posts it in the court where nobody else does in time.</summary>
    /// <param name="claim">The claim, which is posted on the ledger.</param>
    /// <param name="inputs">The inputs that it answers.</param>
    void Defend(DisputedClaim claim, NamedTensors inputs);
}
