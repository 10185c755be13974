namespace Verifiable.Inference.Disputes;

/// <summary>Why something was not done in a dispute. What is refused changes nothing, and the clock runs on. Zero means that it was done.</summary>
public enum DisputeRefusal
{
    /// <summary>No refusal: it was done.</summary>
    None = 0,

    /// <summary>What is signed is meant for another ledger.</summary>
    WrongLedger,

    /// <summary>What is signed is meant for another task.</summary>
    WrongTask,

    /// <summary>What is signed is about another claim.</summary>
    WrongClaim,

    /// <summary>The opening names other clocks and bonds than those of the court.</summary>
    WrongTerms,

    /// <summary>What is signed is meant for another game.</summary>
    WrongGame,

    /// <summary>The author is not the party that this move belongs to.</summary>
    NotTheParty,

    /// <summary>The signature is not valid, or the key is not that of the node that is named.</summary>
    InvalidSignature,

    /// <summary>The time is before that of something that was done.</summary>
    TimeRunsBackwards,

    /// <summary>The game is over.</summary>
    GameIsOver,

    /// <summary>The party whose move it was has used up its time: whatever comes at or after its last moment is late.</summary>
    TimeIsUp,

    /// <summary>The party whose move it is still has time.</summary>
    TimeIsNotUp,

    /// <summary>The move is not one that the game waits for.</summary>
    OutOfTurn,

    /// <summary>Leaves do not begin where the last ones ended, or are fewer than a piece that is not the last one has, or more than are left.</summary>
    WrongLeaves,

    /// <summary>The leaves are not those that the claim commits to.</summary>
    TraceNotCommitted,

    /// <summary>The leaf that carries the name is not one of the trace.</summary>
    LeafNotOfTrace,

    /// <summary>Digests of chunks do not begin where the last ones ended, are of another tensor header, or fewer than a piece that is not the last one has.</summary>
    WrongDigests,

    /// <summary>The digests of chunks are not those that the leaf commits to.</summary>
    ChunksNotCommitted,

    /// <summary>The name is of another commitment than the one that is disputed.</summary>
    WrongCommitment,

    /// <summary>The tensor has no such chunk.</summary>
    NoSuchChunk,

    /// <summary>The chunk is not the one that was named, or not the one that was committed to.</summary>
    WrongChunk,

    /// <summary>An accusation out of turn needs a seal in the opening, and there is none.</summary>
    NotSealed,

    /// <summary>The accusation is not the one that was sealed.</summary>
    WrongSeal,

    /// <summary>The referee comes to no conclusion: the evidence is not complete, not the claim's, or beyond what it can decide.</summary>
    EvidenceRefused,

    /// <summary>The claimant cannot challenge its own claim.</summary>
    ChallengesItself,

    /// <summary>The claim is not formed as the model calls for, has no trace, or is not signed by the claimant.</summary>
    ClaimRefused,

    /// <summary>There is or was a claim with this digest.</summary>
    ClaimExists,

    /// <summary>There is no claim with this digest.</summary>
    ClaimUnknown,

    /// <summary>The claim is final or convicted.</summary>
    ClaimIsClosed,

    /// <summary>There is or was a game with this id.</summary>
    GameExists,

    /// <summary>There is no game with this id.</summary>
    GameUnknown,

    /// <summary>The window for challenges is over.</summary>
    WindowIsOver,

    /// <summary>The window for challenges is not over.</summary>
    WindowIsOpen,

    /// <summary>A game over the claim is not over.</summary>
    GamesAreOpen,

    /// <summary>The bond is not the one that the terms state.</summary>
    WrongBond,

    /// <summary>There is nothing to pay out.</summary>
    NothingToPay,

    /// <summary>More than 2^64 − 1 units would have been deposited.</summary>
    Overflow,

    /// <summary>The ledger does not know the claim as posted for this task, on terms that state these clocks and bonds.</summary>
    NotOnTheLedger,

    /// <summary>The ledger would close the task before every dispute over the claim has to be over.</summary>
    LedgerClosesTooEarly,

    /// <summary>Whoever sets the bond aside does not hold it on the ledger.</summary>
    BondNotFunded,
}
