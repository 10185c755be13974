namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>A way to cheat or to fail. What is known of each: <see cref="CheatCatalog"/>.</summary>
public enum CheatKind
{
    /// <summary>No cheat: the honest provider.</summary>
    None = 0,

    /// <summary>Runs a cheaper model.</summary>
    CheaperModel,

    /// <summary>Runs the model without one of its layers.</summary>
    SkippedLayer,

    /// <summary>Runs the model with coarser weights.</summary>
    QuantizedWeights,

    /// <summary>Claims random outputs.</summary>
    RandomOutput,

    /// <summary>Copies what an accomplice claimed, else runs a cheaper model.</summary>
    CopiedOutput,

    /// <summary>Gives the output of an earlier input.</summary>
    StaleCache,

    /// <summary>Computes with another seed than the requester's.</summary>
    WrongSeed,

    /// <summary>Computes honestly, but confirms an accomplice that was first.</summary>
    ColludingChecker,

    /// <summary>Accepts and never answers.</summary>
    Silence,

    /// <summary>Answers after the deadline.</summary>
    SlowAnswer,

    /// <summary>Posts one claim and delivers another.</summary>
    Equivocation,

    /// <summary>Posts and delivers an older claim of its own.</summary>
    ReplayedClaim,

    /// <summary>Signs claims with another key than its own.</summary>
    ForgedSignature,

    /// <summary>Signs claims with the other valid form of its signature.</summary>
    MalleatedSignature,

    /// <summary>Replies with bytes that are no answer.</summary>
    MalformedBytes,

    /// <summary>Posts a claim, delivers nothing, and does not reveal.</summary>
    WithheldOutput,

    /// <summary>Posts a claim, delivers nothing, and reveals on demand.</summary>
    UndeliveredOutput,

    /// <summary>Posts a digest of nothing.</summary>
    EmptyCommitment,

    /// <summary>Refuses every task.</summary>
    Refusal,

    /// <summary>Throws at every message.</summary>
    Exception,

    /// <summary>Never replies to anything.</summary>
    Hang,

    /// <summary>Accepts, then throws.</summary>
    ExceptionAfterAcceptance,

    /// <summary>Accepts, then never replies.</summary>
    HangAfterAcceptance,
}
