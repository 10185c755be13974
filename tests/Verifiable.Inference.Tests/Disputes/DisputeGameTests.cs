using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Disputes;

/// <summary>Scripts of the game, each refusal of it, its clocks, and the laws of a move that is refused.</summary>
public sealed class DisputeGameTests
{
    private static readonly ToyDispute _right = new();
    private static readonly ToyDispute _wrong = new(corrupt: static (node, bytes) => bytes[20_000] ^= (byte)(node == 1 ? 1 : 0));

    private static NodeId Claimant => ToyDispute.Claimant.PublicKey.Id;

    private static NodeId Challenger => ToyDispute.Challenger.PublicKey.Id;

    [Fact]
    public void A_wrong_claim_is_convicted_in_seven_moves_that_end_in_one_number()
    {
        DisputeState end = _wrong.PlayTo(DisputeStage.Decided);
        Assert.Equal((DisputeResult.Convicted, DisputeCause.Ruling, RulingReason.ElementDiffers), (end.Result, end.Cause, end.Ruling.Reason));
        Assert.Equal((1, 0, 20_000L, 6), (end.Node, end.Output, end.Element, end.Moves));
        Assert.Equal(end.Ruling.Expected ^ 1, end.Ruling.Claimed);
    }

    [Fact]
    public void A_right_claim_is_acquitted_whatever_is_accused()
    {
        DisputeState end = _right.PlayTo(DisputeStage.Decided);
        Assert.Equal((DisputeResult.Acquitted, DisputeCause.Ruling, RulingReason.ElementAgrees), (end.Result, end.Cause, end.Ruling.Reason));
    }

    [Fact]
    public void A_sealed_accusation_convicts_in_one_move_while_the_claimant_has_the_turn()
    {
        Accusation accusation = _wrong.Accuse(1, 20_000);
        DisputeState state = _wrong.Open(0, null, DisputeOpening.ComputeSeal(Challenger, Digest.Of([9]), accusation));
        Assert.Equal(DisputeRefusal.None, _wrong.Play(state, DisputeMove.Accuse(state.Opening, Challenger, accusation, Digest.Of([9])), 1, out DisputeState end));
        Assert.Equal((DisputeResult.Convicted, 1), (end.Result, end.Moves));
    }

    [Fact]
    public void Leaves_come_in_pieces_where_there_are_many()
    {
        ToyDispute many = new(9000, static (node, bytes) => bytes[3] ^= (byte)(node == 8500 ? 1 : 0), length: 5);
        DisputeState state = many.Open();
        foreach (long shown in new long[] { 4096, 8192 })
        {
            Assert.Equal(DisputeRefusal.None, many.Play(state, many.Defend(state), 1, out state));
            Assert.Equal((DisputeStage.Trace, shown), (state.Stage, state.Shown));
        }

        DisputeState end = many.PlayTo(DisputeStage.Decided, state, 1);
        Assert.Equal((DisputeResult.Convicted, 8500, 3L), (end.Result, end.Node, end.Element));
    }

    [Fact]
    public void Digests_come_in_pieces_where_a_tensor_has_many_chunks()
    {
        // 4097 chunks, which only their digests stand for.
        TensorHeader header = new(ElementType.UInt8, new TensorShape(4096L * TensorHeader.DefaultChunkSize + 1));
        ImmutableArray<Digest> digests = [.. Enumerable.Range(0, 4097).Select(i => Digest.Of(BitConverter.GetBytes(i)))];
        ChunkPiece first = new(header, 0, digests[..4096]);
        ChunkPiece last = new(header, 4096, digests[4096..]);
        Digest commitment = header.Commit(ChunkPiece.ComputeRoot(first, last));
        ToyDispute toy = new(1);
        TraceTree trace = new(1, [new TraceLeaf(0, [new TraceOutput { RowMajor = commitment }])]);
        DisputeGame rules = new(toy.Sign(0, trace.Commitment, commitment), ToyDispute.Terms, toy.Referee, ToyDispute.Schemes);
        DisputeOpening opening = toy.OpeningBy(ToyDispute.Challenger) with { Claim = rules.Claim.Body.Digest };
        Assert.Equal(DisputeRefusal.None, rules.Open(ToyDispute.Challenger.Sign(opening), 0, out DisputeState? state));
        foreach (DisputeMove move in new[]
        {
            DisputeMove.RevealTrace(opening, Claimant, new TracePiece(trace.Leaves, [true])),
            DisputeMove.NameOutput(opening, Challenger, new OutputName(trace.Open(0), 0, TensorLayout.RowMajor)),
            DisputeMove.RevealChunks(opening, Claimant, first),
            DisputeMove.RevealChunks(opening, Claimant, last),
        })
        {
            Assert.Equal(DisputeRefusal.None, rules.Apply(state!, (move.Author == Claimant ? ToyDispute.Claimant : ToyDispute.Challenger).Sign(move), 1, out state));
        }

        Assert.Equal(DisputeStage.ChunkName, state!.Stage);
    }

    [Fact]
    public void Leaves_between_cut_points_are_shown_and_the_claims_own_must_be_among_them()
    {
        foreach (int[] cuts in new int[][] { [], [0], [2], [0, 2] })
        {
            ToyDispute toy = new(corrupt: static (node, bytes) => bytes[7] ^= (byte)(node == 1 ? 1 : 0), cuts: cuts.ToHashSet());
            DisputeState end = toy.PlayTo(DisputeStage.Decided);
            Assert.Equal((DisputeResult.Convicted, 1, 7L), (end.Result, end.Node, end.Element));

            // Leaves of another run hide the fault, but not at the cut points.
            DisputeState state = toy.Open();
            DisputeMove lie = DisputeMove.RevealTrace(state.Opening, Claimant, toy.Piece(0, toy.RightTrace));
            DisputeRefusal refusal = toy.Play(state, lie, 1, out _);
            Assert.Equal(cuts.Contains(2) ? DisputeRefusal.TraceNotCommitted : DisputeRefusal.None, refusal);
        }
    }

    [Fact]
    public void A_last_leaf_that_is_not_the_claimed_output_convicts_when_it_is_shown()
    {
        ToyDispute toy = new();
        DisputeGame rules = new(toy.Sign(0, toy.Trace.Commitment, Digest.Of([1])), ToyDispute.Terms, toy.Referee, ToyDispute.Schemes);
        DisputeOpening opening = toy.OpeningBy(ToyDispute.Challenger) with { Claim = rules.Claim.Body.Digest };
        Assert.Equal(DisputeRefusal.None, rules.Open(ToyDispute.Challenger.Sign(opening), 0, out DisputeState? state));
        Assert.Equal(DisputeRefusal.None, rules.Apply(state!, ToyDispute.Claimant.Sign(DisputeMove.RevealTrace(opening, Claimant, toy.Piece(0))), 1, out DisputeState end));
        Assert.Equal((DisputeResult.Convicted, RulingReason.OutputNotOfTrace), (end.Result, end.Ruling.Reason));
    }

    public static TheoryData<DisputeRefusal> Refusals =>
    [
        DisputeRefusal.WrongLedger, DisputeRefusal.WrongTask, DisputeRefusal.WrongGame, DisputeRefusal.NotTheParty, DisputeRefusal.InvalidSignature, DisputeRefusal.TimeRunsBackwards,
        DisputeRefusal.GameIsOver, DisputeRefusal.TimeIsUp, DisputeRefusal.OutOfTurn, DisputeRefusal.WrongLeaves, DisputeRefusal.TraceNotCommitted, DisputeRefusal.LeafNotOfTrace,
        DisputeRefusal.WrongDigests, DisputeRefusal.ChunksNotCommitted, DisputeRefusal.WrongCommitment, DisputeRefusal.NoSuchChunk, DisputeRefusal.WrongChunk, DisputeRefusal.NotSealed,
        DisputeRefusal.WrongSeal, DisputeRefusal.EvidenceRefused,
    ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Each_refusal_has_its_case_and_changes_nothing(DisputeRefusal expected)
    {
        foreach ((DisputeState state, Signed<DisputeMove> move, long time) in Cases(expected))
        {
            DisputeRefusal refusal = _wrong.Rules.Apply(state, move, time, out DisputeState next);
            Assert.Equal(expected, refusal);
            Assert.Same(state, next);
        }
    }

    [Fact]
    public void Openings_that_are_not_of_this_claim_or_not_signed_are_refused()
    {
        DisputeOpening opening = _wrong.OpeningBy(ToyDispute.Challenger);
        (DisputeRefusal Refusal, Signed<DisputeOpening> Opening)[] cases =
        [
            (DisputeRefusal.WrongLedger, ToyDispute.Challenger.Sign(opening with { Ledger = Claimant })),
            (DisputeRefusal.WrongTask, ToyDispute.Challenger.Sign(opening with { Task = default })),
            (DisputeRefusal.WrongClaim, ToyDispute.Challenger.Sign(opening with { Claim = default })),
            (DisputeRefusal.WrongTerms, ToyDispute.Challenger.Sign(opening with { Terms = default })),
            (DisputeRefusal.WrongTerms, ToyDispute.Challenger.Sign(opening with { Terms = (ToyDispute.Terms with { Budget = 101 }).Digest })),
            (DisputeRefusal.ChallengesItself, ToyDispute.Claimant.Sign(opening with { Challenger = Claimant })),
            (DisputeRefusal.InvalidSignature, ToyDispute.Claimant.Sign(opening)),
        ];
        foreach ((DisputeRefusal refusal, Signed<DisputeOpening> signed) in cases)
        {
            Assert.Equal(refusal, _wrong.Rules.Open(signed, 0, out DisputeState? state));
            Assert.Null(state);
        }
    }

    [Fact]
    public void Claims_without_a_trace_with_another_one_or_not_signed_cannot_be_disputed_and_so_not_posted()
    {
        DisputedClaim claim = _right.Claim;
        InferenceClaim untraced = claim.Body with { Trace = null };
        DisputedClaim[] bad =
        [
            claim with { Claim = SignedClaim.Sign(untraced, ToyDispute.Claimant) },
            claim with { Trace = _wrong.Trace.Commitment },
            claim with { Claim = SignedClaim.Sign(claim.Body, ToyDispute.Challenger) },
            claim with { Envelope = claim.Envelope with { Deadline = 11 } },
            _right.Sign(0, _right.Trace.Commitment, default, model: Digest.Of([1])),
            _right.Sign(0, new TraceCommitment(4, 3, _right.Trace.Commitment.Root), default),
        ];
        foreach (DisputedClaim each in bad)
        {
            Assert.NotEqual(RulingKind.Acquitted, DisputeGame.Examine(each, _right.Referee, ToyDispute.Schemes).Kind);
            Assert.Throws<ArgumentException>(() => new DisputeGame(each, ToyDispute.Terms, _right.Referee, ToyDispute.Schemes));
        }
    }

    // What proves itself may come from anybody; names and accusations may not.
    [Fact]
    public void Another_honest_party_can_show_what_the_claimant_would()
    {
        using var helper = EcdsaP256Signer.FromSeed("helper"u8);
        DisputeState state = _wrong.Open();
        long time = 0;
        while (state.Stage != DisputeStage.Decided)
        {
            DisputeMove move = state.IsClaimantsTurn ? _wrong.Defend(state) : _wrong.Attack(state);
            if (state.IsClaimantsTurn)
            {
                move = move.Kind switch
                {
                    DisputeMoveKind.RevealTrace => DisputeMove.RevealTrace(state.Opening, helper.PublicKey.Id, move.Leaves!),
                    DisputeMoveKind.RevealChunks => DisputeMove.RevealChunks(state.Opening, helper.PublicKey.Id, move.Digests!),
                    _ => DisputeMove.RevealChunk(state.Opening, helper.PublicKey.Id, move.Bytes!),
                };
            }

            Assert.Equal(DisputeRefusal.None, _wrong.Play(state, move, ++time, out state, state.IsClaimantsTurn ? helper : ToyDispute.Challenger));
        }

        Assert.Equal(DisputeResult.Convicted, state.Result);
    }

    [Fact]
    public void A_transcript_replays_to_the_same_state_and_no_other_order_of_it_does()
    {
        DisputeState state = _wrong.Open();
        DisputeTranscript transcript = new(_wrong.Claim, ToyDispute.Terms, ToyDispute.Challenger.Sign(state.Opening), 0, []);
        long time = 0;
        while (state.Stage != DisputeStage.Decided)
        {
            Signed<DisputeMove> move = state.IsClaimantsTurn ? ToyDispute.Claimant.Sign(_wrong.Defend(state)) : ToyDispute.Challenger.Sign(_wrong.Attack(state));
            transcript = transcript.Add(++time, move);
            Assert.Equal(DisputeRefusal.None, _wrong.Rules.Apply(state, move, time, out state));

            // Read from bytes and folded, at every step.
            Assert.True(Canonical.TryRead(transcript.ToBytes(), out DisputeTranscript? read));
            Assert.Equal(DisputeRefusal.None, read.Replay(_wrong.Referee, ToyDispute.Schemes, out DisputeState? again, out _));
            Assert.Equal((state.Stage, state.Result, state.Ruling, state.Moves, state.Deadline), (again!.Stage, again.Result, again.Ruling, again.Moves, again.Deadline));
        }

        for (int i = 1; i < transcript.Entries.Length; i++)
        {
            (TranscriptEntry one, TranscriptEntry two) = (transcript.Entries[i - 1], transcript.Entries[i]);
            DisputeTranscript[] bent =
            [
                transcript with { Entries = transcript.Entries.SetItem(i - 1, two with { Time = one.Time }).SetItem(i, one with { Time = two.Time }) },
                transcript with { Entries = transcript.Entries.RemoveAt(i - 1) },
                transcript with { Entries = transcript.Entries.Insert(i, one) },
            ];
            foreach (DisputeTranscript each in bent)
            {
                Assert.NotEqual(DisputeRefusal.None, each.Replay(_wrong.Referee, ToyDispute.Schemes, out DisputeState? none, out int at));
                Assert.Null(none);
                Assert.InRange(at, 0, each.Entries.Length - 1);
            }
        }
    }

    // L10: clocks and bonds that nobody signed for, under moves that somebody did.
    [Fact]
    public void L10_a_transcript_under_other_terms_is_refused_and_one_that_ends_by_time_says_so()
    {
        DisputeState state = _wrong.Open();
        DisputeTranscript transcript = new(_wrong.Claim, ToyDispute.Terms, ToyDispute.Challenger.Sign(state.Opening), 0, []);
        DisputeTranscript silent = transcript.Add((long)state.Deadline, null);
        Assert.Equal(DisputeRefusal.None, silent.Replay(_wrong.Referee, ToyDispute.Schemes, out DisputeState? ended, out _));
        Assert.True(ended!.RestsOnTimes);
        foreach (DisputeTerms terms in new[] { ToyDispute.Terms with { Budget = 1, Extension = 1 }, ToyDispute.Terms with { Window = 999 }, ToyDispute.Terms with { BurnPermille = 600 } })
        {
            Assert.Equal(DisputeRefusal.WrongTerms, (silent with { Terms = terms }).Replay(_wrong.Referee, ToyDispute.Schemes, out _, out int at));
            Assert.Equal(-1, at);
        }

        Assert.False(_wrong.PlayTo(DisputeStage.Decided).RestsOnTimes);
    }

    // L6: whoever looks at a claim knows from the claim alone which leaves are its own.
    [Fact]
    public void L6_a_claim_with_cut_points_states_them_and_is_held_to_them()
    {
        ToyDispute toy = new(cuts: new HashSet<int> { 0, 2 });
        Assert.Equal(RulingKind.Acquitted, DisputeGame.Examine(toy.Claim, toy.Referee, ToyDispute.Schemes).Kind);
        CutNodes[] wrong = [new(3, 0), new(3, 0, 1, 2), new(4, 0, 2)];
        foreach (ImmutableArray<Evidence> evidence in wrong.Select(cuts => ImmutableArray.Create(cuts.ToEvidence())).Append([]).Append([toy.Claim.Cuts!.ToEvidence(), toy.Claim.Cuts.ToEvidence()]))
        {
            DisputedClaim claim = toy.Claim with { Claim = SignedClaim.Sign(toy.Claim.Body with { Evidence = evidence }, ToyDispute.Claimant) };
            Assert.Equal(RulingReason.ClaimMalformed, DisputeGame.Examine(claim, toy.Referee, ToyDispute.Schemes).Reason);
        }

        // Other cut points of the same number: the leaves that it states are not those of its root.
        DisputedClaim other = toy.Claim with { Claim = SignedClaim.Sign(toy.Claim.Body with { Evidence = [new CutNodes(3, 1, 2).ToEvidence()] }, ToyDispute.Claimant) };
        DisputeGame rules = new(other, ToyDispute.Terms, toy.Referee, ToyDispute.Schemes);
        Assert.Equal(DisputeRefusal.None, rules.Open(ToyDispute.Challenger.Sign(toy.OpeningBy(ToyDispute.Challenger) with { Claim = other.Body.Digest }), 0, out DisputeState? state));
        foreach (ImmutableArray<bool> areCuts in new ImmutableArray<bool>[] { [true, false, true], [false, true, true], [true, true, true] })
        {
            DisputeMove move = DisputeMove.RevealTrace(state!.Opening, Claimant, new TracePiece(toy.Trace.Leaves, areCuts));
            Assert.Equal(DisputeRefusal.TraceNotCommitted, rules.Apply(state, ToyDispute.Claimant.Sign(move), 1, out _));
        }
    }

    [Fact]
    public void Terms_that_could_take_longer_than_both_accept_cannot_be_used()
    {
        DisputeTerms terms = ToyDispute.Terms with { MaxFinality = 1000 + 200 + 160 };
        Assert.Empty(terms.Validate());
        Assert.Equal(1360, terms.LongestFinality);
        DisputeTerms[] bad =
        [
            terms with { MaxFinality = 1359 }, terms with { Window = 0 }, terms with { Budget = 0 }, terms with { Extension = -1 }, terms with { Extension = 101, MaxFinality = 9999 },
            terms with { Window = long.MaxValue }, terms with { Budget = long.MaxValue, Extension = long.MaxValue }, terms with { ClaimBond = default }, terms with { ChallengeBond = default },
            terms with { BurnPermille = 499 }, terms with { BurnPermille = 1001 },
        ];
        foreach (DisputeTerms each in bad)
        {
            Assert.NotEmpty(each.Validate());
            Assert.Throws<ArgumentException>(() => new DisputeGame(_right.Claim, each, _right.Referee, ToyDispute.Schemes));
            Assert.Throws<ArgumentException>(() => new DisputeCourt(each, ToyDispute.Schemes, _right.Referee));
        }
    }

    private static IEnumerable<(DisputeState State, Signed<DisputeMove> Move, long Time)> Cases(DisputeRefusal refusal)
    {
        DisputeState open = _wrong.Open(5);
        DisputeState named = _wrong.PlayTo(DisputeStage.Chunks);
        DisputeState shown = _wrong.PlayTo(DisputeStage.ChunkName);
        DisputeState chunk = _wrong.PlayTo(DisputeStage.Chunk);
        DisputeState output = _wrong.PlayTo(DisputeStage.Output);
        DisputeState last = _wrong.PlayTo(DisputeStage.Accusation);
        DisputeMove reveal = _wrong.Defend(open);
        TracePiece piece = _wrong.Piece(0);
        (DisputeState, Signed<DisputeMove>, long) By(DisputeState state, DisputeMove move, EcdsaP256Signer? signer = null, long? time = null) =>
            (state, (signer ?? (move.Author == Claimant ? ToyDispute.Claimant : ToyDispute.Challenger)).Sign(move), time ?? state.Moves + 5);
        switch (refusal)
        {
            case DisputeRefusal.WrongLedger:
                yield return By(open, DisputeMove.RevealTrace(open.Opening with { Ledger = Claimant }, Claimant, piece));
                break;
            case DisputeRefusal.WrongTask:
                yield return By(open, DisputeMove.RevealTrace(open.Opening with { Task = default }, Claimant, piece));
                break;
            case DisputeRefusal.WrongGame:
                yield return By(open, DisputeMove.RevealTrace(open.Opening with { Nonce = default }, Claimant, piece));
                break;
            case DisputeRefusal.NotTheParty:
                yield return By(output, DisputeMove.NameOutput(output.Opening, Claimant, _wrong.Attack(output).Name!));
                yield return By(last, DisputeMove.Accuse(last.Opening, Claimant, _wrong.Accuse(1, 20_000)));
                yield return By(shown, DisputeMove.NameChunk(shown.Opening, Claimant, shown.Disputed, 0));
                break;
            case DisputeRefusal.InvalidSignature:
                yield return By(open, reveal, ToyDispute.Challenger);
                Signed<DisputeMove> signed = ToyDispute.Claimant.Sign(reveal);
                yield return (open, new Signed<DisputeMove>(_wrong.Defend(_wrong.Open()), signed.Signer, ToyDispute.Claimant.Sign(DisputeMove.NameChunk(open.Opening, Claimant, default, 0)).Signature), 5);
                break;
            case DisputeRefusal.TimeRunsBackwards:
                yield return By(open, reveal, time: 4);
                break;
            case DisputeRefusal.GameIsOver:
                DisputeState over = _wrong.PlayTo(DisputeStage.Decided);
                yield return By(over, DisputeMove.Accuse(over.Opening, Challenger, _wrong.Accuse(1, 20_000)));
                break;
            case DisputeRefusal.TimeIsUp:
                yield return By(open, reveal, time: 105);
                yield return By(open, reveal, time: long.MaxValue);
                break;
            case DisputeRefusal.OutOfTurn:
                yield return By(open, DisputeMove.NameChunk(open.Opening, Challenger, default, 0));
                yield return By(output, reveal);
                yield return By(named, _wrong.Attack(output));
                yield return By(chunk, DisputeMove.NameChunk(open.Opening, Challenger, chunk.Disputed, 0));
                break;
            case DisputeRefusal.WrongLeaves:
                yield return By(open, DisputeMove.RevealTrace(open.Opening, Claimant, new TracePiece(piece.Leaves[1..], piece.AreCuts[1..])));
                yield return By(open, DisputeMove.RevealTrace(open.Opening, Claimant, new TracePiece(piece.Leaves[..2], piece.AreCuts[..2])));
                yield return By(open, DisputeMove.RevealTrace(open.Opening, Claimant, new TracePiece(piece.Leaves.Add(new TraceLeaf(3, [])), piece.AreCuts.Add(true))));
                break;
            case DisputeRefusal.TraceNotCommitted:
                yield return By(open, DisputeMove.RevealTrace(open.Opening, Claimant, _wrong.Piece(0, _wrong.RightTrace)));
                yield return By(open, DisputeMove.RevealTrace(open.Opening, Claimant, new TracePiece(piece.Leaves, [true, false, true])));
                break;
            case DisputeRefusal.LeafNotOfTrace:
                yield return By(output, DisputeMove.NameOutput(output.Opening, Challenger, new OutputName(_wrong.RightTrace.Open(1), 0, TensorLayout.RowMajor)));
                break;
            case DisputeRefusal.WrongDigests:
                ChunkPiece digests = ToyDispute.Digests(_wrong.Claimed[1]);
                yield return By(named, DisputeMove.RevealChunks(named.Opening, Claimant, new ChunkPiece(digests.Header, 1, digests.Digests[1..])));
                yield return By(named, DisputeMove.RevealChunks(named.Opening, Claimant, new ChunkPiece(digests.Header, 0, digests.Digests[..2])));
                break;
            case DisputeRefusal.ChunksNotCommitted:
                yield return By(named, DisputeMove.RevealChunks(named.Opening, Claimant, ToyDispute.Digests(_wrong.Right[1])));
                break;
            case DisputeRefusal.WrongCommitment:
                yield return By(shown, DisputeMove.NameChunk(shown.Opening, Challenger, default, 0));
                break;
            case DisputeRefusal.NoSuchChunk:
                yield return By(shown, DisputeMove.NameChunk(shown.Opening, Challenger, shown.Disputed, 3));
                yield return By(shown, DisputeMove.NameChunk(shown.Opening, Challenger, shown.Disputed, long.MaxValue));
                break;
            case DisputeRefusal.WrongChunk:
                yield return By(chunk, DisputeMove.RevealChunk(chunk.Opening, Claimant, TensorCommitment.Of(_wrong.Claimed[1]).Open(0)));
                yield return By(chunk, DisputeMove.RevealChunk(chunk.Opening, Claimant, TensorCommitment.Of(_wrong.Right[1]).Open(1)));
                break;
            case DisputeRefusal.NotSealed:
                yield return By(open, DisputeMove.Accuse(open.Opening, Challenger, _wrong.Accuse(1, 20_000)));
                yield return By(open, DisputeMove.Accuse(open.Opening, Challenger, _wrong.Accuse(1, 20_000), Digest.Of([9])));
                break;
            case DisputeRefusal.WrongSeal:
                DisputeState sealedState = _wrong.Open(5, null, DisputeOpening.ComputeSeal(Claimant, Digest.Of([9]), _wrong.Accuse(1, 20_000)));
                yield return By(sealedState, DisputeMove.Accuse(sealedState.Opening, Challenger, _wrong.Accuse(1, 20_000), Digest.Of([9])));
                yield return By(last, DisputeMove.Accuse(last.Opening, Challenger, _wrong.Accuse(1, 20_000), Digest.Of([9])));
                break;
            default:
                yield return By(last, DisputeMove.Accuse(last.Opening, Challenger, _right.Accuse(1, 20_000)));
                yield return By(last, DisputeMove.Accuse(last.Opening, Challenger, Accusation.OfElement(
                    _wrong.Trace.Open(1), 0, 20_000, ToyDispute.Evidence(_wrong.Claimed[1], 20_000), [new InputEvidence(0, _wrong.Trace.Open(0), ToyDispute.Evidence(_wrong.Claimed[0], 0))])));
                break;
        }
    }
}
