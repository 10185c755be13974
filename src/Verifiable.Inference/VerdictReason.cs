namespace Verifiable.Inference;

/// <summary>Why a verdict is what it is.</summary>
public enum VerdictReason : byte
{
    /// <summary>No reason was given: a verdict with this reason was never made.</summary>
    None = 0,

    /// <summary>The coin did not call for an audit. The answer is paid and unchecked.</summary>
    NotAudited = 1,

    /// <summary>An independent computation gave the same output, within the limit.</summary>
    OutputsMatch = 2,

    /// <summary>An independent computation gave another output, and the adjudicator found the delivered one wrong.</summary>
    OutputMismatch = 3,

    /// <summary>An independent computation gave another output, and the adjudicator found that one wrong and the delivered one right.</summary>
    CheckerMistaken = 4,

    /// <summary>The outputs differ and the adjudicator came to no majority.</summary>
    NoMajority = 5,

    /// <summary>Nobody accepted the task.</summary>
    NoProvider = 6,

    /// <summary>The provider accepted the task and posted no claim by the deadline.</summary>
    ProviderSilent = 7,

    /// <summary>The claim is posted and its output was not delivered, or does not open it.</summary>
    OutputWithheld = 8,

    /// <summary>An audit was due and nobody completed it.</summary>
    AuditIncomplete = 9,

    /// <summary>The provider signed two different claims for one task.</summary>
    Equivocation = 10,

    /// <summary>The secret of the draws was not opened by the deadline.</summary>
    OpeningWithheld = 11,

    /// <summary>The outputs differ and no vote was held: the beacon's value did not come in time, or nobody answered as a voter. Nobody is convicted, and no output is confirmed.</summary>
    NoVote = 12,

    /// <summary>The answer is delivered, and can still be challenged: nothing is concluded yet.</summary>
    Provisional = 13,

    /// <summary>Nobody challenged the answer with success while that was possible, and nobody computed it again. It is paid and unchecked.</summary>
    Unchallenged = 14,

    /// <summary>A dispute over the claim ended against it: a number in it was recomputed and is wrong, or its provider did not answer in time.</summary>
    DisputeLost = 15,

    /// <summary>The claim could not be challenged: it has no trace, or its provider set no bond aside. The answer is not paid.</summary>
    ClaimRefused = 16,

    /// <summary>An independent computation gave another output, and no dispute found either wrong. Neither is paid.</summary>
    Unresolved = 17,
}
