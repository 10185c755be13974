namespace Verifiable.Inference.Disputes;

/// <summary>How a posted claim stands. Zero is no claim.</summary>
public enum DocketClaimStatus
{
    /// <summary>No claim.</summary>
    None = 0,

    /// <summary>The claim can be challenged, or is; it is provisional.</summary>
    Open,

    /// <summary>The claim was convicted.</summary>
    Convicted,

    /// <summary>The claim is final.</summary>
    Final,
}
