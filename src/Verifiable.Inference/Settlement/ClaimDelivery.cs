namespace Verifiable.Inference.Settlement;

/// <summary>Whether the delivery of a posted claim is in dispute.</summary>
public enum ClaimDelivery
{
    /// <summary>Nobody demanded the claim on the ledger.</summary>
    Undisputed = 0,

    /// <summary>The requester says that the claim was not delivered; the provider has not revealed it.</summary>
    Demanded,

    /// <summary>The provider revealed the claim's body on demand.</summary>
    Revealed,
}
