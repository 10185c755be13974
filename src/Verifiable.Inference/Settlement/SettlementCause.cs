namespace Verifiable.Inference.Settlement;

/// <summary>Why a task is settled as it is.</summary>
public enum SettlementCause
{
    /// <summary>No cause; refused.</summary>
    None = 0,

    /// <summary>The provider claimed, and nothing is held against it. Its stake is released.</summary>
    Served,

    /// <summary>The provider accepted and posted no claim by the deadline, or did not reveal it on demand, as the ledger itself knows. Its stake may be taken.</summary>
    Silent,

    /// <summary>The provider claimed, and an adjudication convicted it. Its stake may be taken. It follows from the evidence, by the judge of the strategy.</summary>
    Convicted,
}
