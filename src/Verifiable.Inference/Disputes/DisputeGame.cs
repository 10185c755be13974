using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Disputes;

/// <summary>The rules of disputes over one claim: pure functions from a state, a move and a time to a refusal or the next state. Immutable and thread-safe.</summary>
/// <remarks>
/// <para>The claimant shows its leaves; the challenger names an output; the claimant shows the digests of its chunks; the challenger names one; the claimant shows it; the challenger accuses
/// one element, with everything open that the element depends on, and the referee decides. Whoever has the turn and uses up its time loses. Withholding is therefore never better than
/// showing, and a challenger needs nothing but his own run.</para>
/// <para>A challenger who holds the claimant's tensors already opens with a sealed accusation and accuses at once. Rationale for the seal: an accusation that is seen before it counts
/// could be copied into a game of the copier's.</para>
/// <para>What a claimant shows proves itself, so anybody may show it, in one piece. Rationale: a claim stays defensible when its claimant is offline. What does not prove itself
/// alone (a part of a piece, or the leaves between cut points) only the claimant may show.</para>
/// </remarks>
public sealed class DisputeGame
{
    private readonly IReferee _referee;
    private readonly SignatureSchemes _schemes;

    /// <summary>Creates the rules for one claim.</summary>
    /// <exception cref="ArgumentException">The terms are not valid, or the claim is refused by <see cref="Examine"/>; the message says why.</exception>
    public DisputeGame(DisputedClaim claim, DisputeTerms terms, IReferee referee, SignatureSchemes schemes)
    {
        ArgumentNullException.ThrowIfNull(terms);
        RefereeRuling ruling = Examine(claim, referee, schemes);
        string faults = string.Join(' ', terms.Validate());
        if (ruling.Kind != RulingKind.Acquitted || faults.Length > 0)
        {
            throw new ArgumentException($"Expected valid terms and a claim that can be disputed, got {ruling.Reason}. {faults}", nameof(claim));
        }

        Claim = claim;
        Terms = terms;
        _referee = referee;
        _schemes = schemes;
    }

    /// <summary>Gets the claim.</summary>
    public DisputedClaim Claim { get; }

    /// <summary>Gets the clocks and bonds.</summary>
    public DisputeTerms Terms { get; }

    /// <summary>Examines whether a claim can be posted: signed, answering its envelope, naming the trace that is shown, and formed as the model calls for. A claim without a
    /// trace cannot be disputed, so it cannot be posted.</summary>
    public static RefereeRuling Examine(DisputedClaim claim, IReferee referee, SignatureSchemes schemes)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(referee);
        ArgumentNullException.ThrowIfNull(schemes);
        return claim.Body.Trace != claim.Trace.Digest || !claim.Body.Answers(claim.Envelope) || !HasCuts(claim) || !claim.Claim.IsValid(schemes)
            ? RefereeRuling.Of(RulingReason.ClaimMalformed)
            : referee.ExamineClaim(claim);
    }

    /// <summary>Opens a game.</summary>
    /// <param name="opening">The signed opening.</param>
    /// <param name="time">The time, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="state">The game; <see langword="null"/> where it is refused.</param>
    public DisputeRefusal Open(Signed<DisputeOpening> opening, long time, out DisputeState? state)
    {
        ArgumentNullException.ThrowIfNull(opening);
        DisputeOpening body = opening.Body;
        DisputeRefusal refusal = body.Ledger != Claim.Body.Ledger ? DisputeRefusal.WrongLedger
            : body.Task != Claim.Body.Task ? DisputeRefusal.WrongTask
            : body.Claim != Claim.Body.Digest ? DisputeRefusal.WrongClaim
            : body.Terms != Terms.Digest ? DisputeRefusal.WrongTerms
            : body.Challenger == Claim.Body.Provider ? DisputeRefusal.ChallengesItself
            : !opening.IsValidFrom(body.Challenger, _schemes) ? DisputeRefusal.InvalidSignature
            : DisputeRefusal.None;
        state = refusal == DisputeRefusal.None ? new DisputeState(body, DisputeClock.Start(Terms, time)) { LastTime = time } : null;
        return refusal;
    }

    /// <summary>Makes a move.</summary>
    /// <param name="state">The game as it stands.</param>
    /// <param name="move">The signed move.</param>
    /// <param name="time">The time, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="next">The game after the move; the same object where the move is refused.</param>
    public DisputeRefusal Apply(DisputeState state, Signed<DisputeMove> move, long time, out DisputeState next)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(move);
        next = state;
        DisputeRefusal refusal = CheckFrame(state, move, time);
        if (refusal != DisputeRefusal.None)
        {
            return refusal;
        }

        DisputeMove body = move.Body;
        refusal = body.Kind switch
        {
            DisputeMoveKind.RevealTrace => RevealTrace(state, body, time, out next),
            DisputeMoveKind.NameOutput => NameOutput(state, body.Name!, time, out next),
            DisputeMoveKind.RevealChunks => RevealChunks(state, body, time, out next),
            DisputeMoveKind.NameChunk => NameChunk(state, body, time, out next),
            DisputeMoveKind.RevealChunk => RevealChunk(state, body.Bytes!, time, out next),
            DisputeMoveKind.Accuse => Accuse(state, body, out next),
            _ => DisputeRefusal.OutOfTurn,
        };
        next = refusal == DisputeRefusal.None ? next with { Moves = state.Moves + 1, LastTime = time } : state;
        return refusal;
    }

    /// <summary>Ends a game in which the party whose turn it is has used up its time. Anybody may call it, at any later time, with the same result.</summary>
    /// <param name="state">The game as it stands.</param>
    /// <param name="time">The time, in milliseconds since 1970-01-01 UTC.</param>
    /// <param name="next">The game after it; the same object where it is refused.</param>
    public static DisputeRefusal CallTime(DisputeState state, long time, out DisputeState next)
    {
        ArgumentNullException.ThrowIfNull(state);
        next = state;
        if (state.Stage == DisputeStage.Decided)
        {
            return DisputeRefusal.GameIsOver;
        }

        if (time < state.LastTime)
        {
            return DisputeRefusal.TimeRunsBackwards;
        }

        if (!state.Clock.IsUp(time))
        {
            return DisputeRefusal.TimeIsNotUp;
        }

        // LastTime stays: a late call leaves the very state that an early one leaves.
        next = state.IsClaimantsTurn
            ? state.Decide(DisputeResult.Convicted, DisputeCause.ClaimantSilent)
            : state.Decide(DisputeResult.Acquitted, DisputeCause.ChallengerSilent);
        return DisputeRefusal.None;
    }

    /// <summary>Voids a game over a claim that was convicted in another one.</summary>
    internal static DisputeState Void(DisputeState state) =>
        state.Stage == DisputeStage.Decided ? state : state.Decide(DisputeResult.Void, DisputeCause.ConvictedElsewhere);

    // Who looks at a claim must know which graph nodes its leaves are of, or it cannot tell a wrong claim from a right one with other cut points.
    private static bool HasCuts(DisputedClaim claim) =>
        claim.Trace.IsFull ? claim.Cuts is null : claim.Cuts is { } cuts && cuts.NodeCount == claim.Trace.NodeCount && cuts.Count == claim.Trace.LeafCount;

    private DisputeRefusal CheckFrame(DisputeState state, Signed<DisputeMove> move, long time)
    {
        DisputeMove body = move.Body;
        if (body.Ledger != Claim.Body.Ledger)
        {
            return DisputeRefusal.WrongLedger;
        }

        if (body.Task != Claim.Body.Task)
        {
            return DisputeRefusal.WrongTask;
        }

        if (body.Game != state.Game)
        {
            return DisputeRefusal.WrongGame;
        }

        if (state.Stage == DisputeStage.Decided)
        {
            return DisputeRefusal.GameIsOver;
        }

        if (time < state.LastTime)
        {
            return DisputeRefusal.TimeRunsBackwards;
        }

        if (state.Clock.IsUp(time))
        {
            return DisputeRefusal.TimeIsUp;
        }

        if (!IsAwaited(state.Stage, body))
        {
            return DisputeRefusal.OutOfTurn;
        }

        return !MayMove(state, body) ? DisputeRefusal.NotTheParty : move.IsValidFrom(body.Author, _schemes) ? DisputeRefusal.None : DisputeRefusal.InvalidSignature;
    }

    // A sealed accusation may come at any time, also while the claimant has the turn.
    private static bool IsAwaited(DisputeStage stage, DisputeMove move) => move.Kind switch
    {
        DisputeMoveKind.RevealTrace => stage == DisputeStage.Trace,
        DisputeMoveKind.NameOutput => stage == DisputeStage.Output,
        DisputeMoveKind.RevealChunks => stage == DisputeStage.Chunks,
        DisputeMoveKind.NameChunk => stage == DisputeStage.ChunkName,
        DisputeMoveKind.RevealChunk => stage == DisputeStage.Chunk,
        DisputeMoveKind.Accuse => true,
        _ => false,
    };

    private bool MayMove(DisputeState state, DisputeMove move) => move.Kind switch
    {
        DisputeMoveKind.NameOutput or DisputeMoveKind.NameChunk or DisputeMoveKind.Accuse => move.Author == state.Opening.Challenger,
        DisputeMoveKind.RevealTrace => move.Author == Claim.Body.Provider || (Claim.Trace.IsFull && move.Leaves!.Leaves.Length == Claim.Trace.NodeCount),
        DisputeMoveKind.RevealChunks => move.Author == Claim.Body.Provider || move.Digests!.Digests.Length == move.Digests.Header.ChunkCount,
        _ => true,
    };

    private DisputeRefusal RevealTrace(DisputeState state, DisputeMove move, long time, out DisputeState next)
    {
        next = state;
        TracePiece piece = move.Leaves!;
        int count = Claim.Trace.NodeCount;
        long shown = state.Leaves.Count + piece.Leaves.Length;
        if (piece.First != state.Leaves.Count || shown > count || (shown < count && piece.Leaves.Length != TracePiece.MaxLeaves))
        {
            return DisputeRefusal.WrongLeaves;
        }

        if (Claim.Cuts is { } stated && !Enumerable.Range(0, piece.Leaves.Length).All(i => stated.Contains(piece.First + i) == piece.AreCuts[i]))
        {
            return DisputeRefusal.TraceNotCommitted;
        }

        RefereeRuling ruling = state.LeafRuling;
        List<Digest> leaves = new(piece.Leaves.Length);
        List<Digest> cuts = new(piece.Leaves.Length);
        for (int i = 0; i < piece.Leaves.Length; i++)
        {
            TraceLeaf leaf = piece.Leaves[i];
            byte[] bytes = leaf.ToBytes();
            leaves.Add(MerkleTree.HashLeaf(leaf.Node, bytes));
            if (piece.AreCuts[i])
            {
                cuts.Add(MerkleTree.HashLeaf(state.Cuts.Count + cuts.Count, bytes));
            }

            if (ruling.Kind != RulingKind.Convicted)
            {
                ruling = _referee.ExamineLeaf(Claim, leaf);
            }
        }

        next = state with { Leaves = state.Leaves.Add(leaves), Cuts = state.Cuts.Add(cuts), LeafRuling = ruling };
        return shown < count ? DisputeRefusal.None : CompleteTrace(next, time, out next);
    }

    private DisputeRefusal CompleteTrace(DisputeState state, long time, out DisputeState next)
    {
        // Rationale: all leaves are examined before any convicts, because they are the claim's only together.
        next = state;
        if (state.Cuts.Count != Claim.Trace.LeafCount || state.Cuts.Root != Claim.Trace.Root)
        {
            return DisputeRefusal.TraceNotCommitted;
        }

        next = state with { FullTrace = new TraceCommitment(Claim.Trace.NodeCount, Claim.Trace.NodeCount, state.Leaves.Root), Leaves = TreeProgress.Empty, Cuts = TreeProgress.Empty };
        next = state.LeafRuling.Kind == RulingKind.Convicted
            ? next.Decide(DisputeResult.Convicted, DisputeCause.Ruling, state.LeafRuling)
            : next with { Stage = DisputeStage.Output, Clock = state.Clock.Pass(Terms, time, isHeavy: true) };
        return DisputeRefusal.None;
    }

    private DisputeRefusal NameOutput(DisputeState state, OutputName name, long time, out DisputeState next)
    {
        next = state;
        if (!name.Leaf.Verifies(state.FullTrace!))
        {
            return DisputeRefusal.LeafNotOfTrace;
        }

        next = state with
        {
            Stage = DisputeStage.Chunks,
            Clock = state.Clock.Pass(Terms, time, isHeavy: false),
            Disputed = name.Commitment,
            Layout = name.Layout,
            Node = name.Leaf.Leaf.Node,
            Output = name.Output,
        };
        return DisputeRefusal.None;
    }

    private DisputeRefusal RevealChunks(DisputeState state, DisputeMove move, long time, out DisputeState next)
    {
        next = state;
        ChunkPiece piece = move.Digests!;
        long shown = state.Digests.Count + piece.Digests.Length;
        if ((state.Header is not null && state.Header != piece.Header) || piece.First != state.Digests.Count
            || (shown < piece.Header.ChunkCount && piece.Digests.Length != ChunkPiece.MaxDigests))
        {
            return DisputeRefusal.WrongDigests;
        }

        TreeProgress digests = state.Digests.Add(piece.Digests);
        next = state with { Header = piece.Header, Digests = digests };
        if (shown < piece.Header.ChunkCount)
        {
            return DisputeRefusal.None;
        }

        // Chunks of another size cannot be opened in an accusation, and a tensor in another layout than the one that its place in the leaf is for belongs to no place of it: neither is an answer.
        if (piece.Header.ChunkSize != TensorHeader.DefaultChunkSize || piece.Header.Layout != state.Layout || piece.Header.Commit(digests.Root) != state.Disputed)
        {
            return DisputeRefusal.ChunksNotCommitted;
        }

        next = next with { Stage = DisputeStage.ChunkName, Clock = state.Clock.Pass(Terms, time, isHeavy: false), Digests = TreeProgress.Empty };
        return DisputeRefusal.None;
    }

    private DisputeRefusal NameChunk(DisputeState state, DisputeMove move, long time, out DisputeState next)
    {
        next = state;
        if (move.Commitment != state.Disputed)
        {
            return DisputeRefusal.WrongCommitment;
        }

        if (move.Chunk >= state.Header!.ChunkCount)
        {
            return DisputeRefusal.NoSuchChunk;
        }

        next = state with { Stage = DisputeStage.Chunk, Clock = state.Clock.Pass(Terms, time, isHeavy: false), Chunk = move.Chunk };
        return DisputeRefusal.None;
    }

    private DisputeRefusal RevealChunk(DisputeState state, TensorChunkOpening chunk, long time, out DisputeState next)
    {
        next = state;
        if (chunk.Chunk != state.Chunk || !chunk.TryVerify(state.Disputed, out _))
        {
            return DisputeRefusal.WrongChunk;
        }

        next = state with { Stage = DisputeStage.Accusation, Clock = state.Clock.Pass(Terms, time, isHeavy: false) };
        return DisputeRefusal.None;
    }

    private DisputeRefusal Accuse(DisputeState state, DisputeMove move, out DisputeState next)
    {
        next = state;
        Accusation accusation = move.Accusation!;
        if (state.IsClaimantsTurn && (move.Salt is null || state.Opening.Seal is null))
        {
            return DisputeRefusal.NotSealed;
        }

        if (move.Salt is { } salt && DisputeOpening.ComputeSeal(state.Opening.Challenger, salt, accusation) != state.Opening.Seal)
        {
            return DisputeRefusal.WrongSeal;
        }

        RefereeRuling ruling = _referee.Judge(Claim, state.FullTrace ?? Claim.Trace, accusation);

        // Openings of cut points stay good when the leaves between them have been shown.
        if (ruling.Kind == RulingKind.None && state.FullTrace is not null && !Claim.Trace.IsFull)
        {
            ruling = _referee.Judge(Claim, Claim.Trace, accusation);
        }

        if (ruling.Kind == RulingKind.None)
        {
            return DisputeRefusal.EvidenceRefused;
        }

        next = state with
        {
            Node = accusation.Leaf?.Leaf.Node ?? -1,
            Output = accusation.Accused is null ? -1 : accusation.Output,
            Element = accusation.Kind is AccusationKind.Element or AccusationKind.Layouts ? accusation.Element : -1,
        };
        next = next.Decide(ruling.Kind == RulingKind.Convicted ? DisputeResult.Convicted : DisputeResult.Acquitted, DisputeCause.Ruling, ruling);
        return DisputeRefusal.None;
    }
}
