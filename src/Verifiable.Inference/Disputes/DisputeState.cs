using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>One game as it stands: some kilobytes, however large the model. Immutable; a game is what its moves make of it.</summary>
public sealed record DisputeState
{
    internal DisputeState(DisputeOpening opening, DisputeClock clock)
    {
        Opening = opening;
        Game = opening.Game;
        Clock = clock;
    }

    /// <summary>Gets how the game was opened.</summary>
    public DisputeOpening Opening { get; }

    /// <summary>Gets the game's id.</summary>
    public Digest Game { get; }

    /// <summary>Gets what the game waits for.</summary>
    public DisputeStage Stage { get; internal init; } = DisputeStage.Trace;

    /// <summary>Gets how the game ended.</summary>
    public DisputeResult Result { get; internal init; }

    /// <summary>Gets what ended it.</summary>
    public DisputeCause Cause { get; internal init; }

    /// <summary>Gets the ruling that ended it; <c>default</c> where it was not a ruling.</summary>
    public RefereeRuling Ruling { get; internal init; }

    /// <summary>Gets the number of moves that were made.</summary>
    public int Moves { get; internal init; }

    /// <summary>Gets the full trace that the claimant has shown, or <see langword="null"/>.</summary>
    public TraceCommitment? FullTrace { get; internal init; }

    /// <summary>Gets the commitment to the output that the challenger has named; <c>default</c> before.</summary>
    public Digest Disputed { get; internal init; }

    /// <summary>Gets the number of the graph node that the game is about: the named one, or the accused one; −1 before.</summary>
    public int Node { get; internal init; } = -1;

    /// <summary>Gets the position of the output that the game is about; −1 before.</summary>
    public int Output { get; internal init; } = -1;

    /// <summary>Gets the layout in which the named output is disputed; none before.</summary>
    public TensorLayout Layout { get; internal init; }

    /// <summary>Gets the header of the named output, as the claimant has shown it, or <see langword="null"/>.</summary>
    public TensorHeader? Header { get; internal init; }

    /// <summary>Gets the chunk that the challenger has named; −1 before.</summary>
    public long Chunk { get; internal init; } = -1;

    /// <summary>Gets the row-major place of the accused element; −1 where none is.</summary>
    public long Element { get; internal init; } = -1;

    /// <summary>Gets a value indicating whether the result rests on times, which are the word of who kept the court. Any other result follows from signatures and a ruling alone.</summary>
    public bool RestsOnTimes => Cause is DisputeCause.ClaimantSilent or DisputeCause.ChallengerSilent;

    /// <summary>Gets a value indicating whether it is the claimant's turn.</summary>
    public bool IsClaimantsTurn => Stage is DisputeStage.Trace or DisputeStage.Chunks or DisputeStage.Chunk;

    /// <summary>Gets the moment at which the party whose turn it is has lost, in milliseconds since 1970-01-01 UTC; a move at this moment is late.</summary>
    public Int128 Deadline => Clock.Deadline;

    /// <summary>Gets the number of leaves, or of digests, that the claimant has shown in this turn: where the next piece begins.</summary>
    public long Shown => Stage == DisputeStage.Trace ? Leaves.Count : Stage == DisputeStage.Chunks ? Digests.Count : 0;

    internal DisputeClock Clock { get; init; }

    internal long LastTime { get; init; }

    internal TreeProgress Leaves { get; init; } = TreeProgress.Empty;

    internal TreeProgress Cuts { get; init; } = TreeProgress.Empty;

    // A leaf that convicts, once all are shown to be the claim's.
    internal RefereeRuling LeafRuling { get; init; }

    internal TreeProgress Digests { get; init; } = TreeProgress.Empty;

    internal DisputeState Decide(DisputeResult result, DisputeCause cause, RefereeRuling ruling = default) =>
        this with { Stage = DisputeStage.Decided, Result = result, Cause = cause, Ruling = ruling };
}
