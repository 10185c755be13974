namespace Verifiable.Inference.Adjudication;

/// <summary>What a <see cref="LedgerCourt"/> did. Numbers are in its records and never reused. Zero is nothing and is refused.</summary>
internal enum CourtAct : byte
{
    /// <summary>Nothing; refused.</summary>
    None = 0,

    /// <summary>A claim was posted.</summary>
    Post = 1,

    /// <summary>A game was opened.</summary>
    Open = 2,

    /// <summary>A move was made.</summary>
    Move = 3,

    /// <summary>A party's time was called.</summary>
    CallTime = 4,

    /// <summary>A claim became final.</summary>
    Finish = 5,
}
