using System.Collections.Immutable;
using System.Globalization;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Disputes;

/// <summary>Laws of whole disputes: against every adversary where the game is small, and against random play, legal and not, in a court with many games.</summary>
/// <remarks><c>DISPUTE_PLAYS</c> sets the number of random courts (default 60).</remarks>
public sealed class DisputeModelTests
{
    private const int Nodes = 3;
    private const int Chunks = 3;

    private static readonly int[] _elements = [0, 16_383, 16_384, 39_999];
    private static readonly EcdsaP256Signer[] _signers = [.. Enumerable.Range(0, 4).Select(i => EcdsaP256Signer.FromSeed([3, (byte)i]))];

    // Every way in which a challenger can play against a right claim: whatever it names and accuses, with whatever evidence of the claimant's tensors, or says no more.
    [Fact]
    public void F6_K_no_challenger_convicts_a_right_claim_and_everyone_pays()
    {
        ToyDispute toy = new();
        int ends = 0;
        void Explore(DisputeState state, long time)
        {
            if (state.Stage == DisputeStage.Decided)
            {
                ends++;
                Assert.Equal(DisputeResult.Acquitted, state.Result);
                return;
            }

            if (state.IsClaimantsTurn)
            {
                Assert.Equal(DisputeRefusal.None, toy.Play(state, toy.Defend(state), time, out DisputeState next));
                Assert.True(next.Stage > state.Stage);
                Explore(next, time + 1);
                return;
            }

            foreach (DisputeMove move in ChallengersMoves(toy, state))
            {
                if (toy.Play(state, move, time, out DisputeState next) == DisputeRefusal.None)
                {
                    Assert.True(next.Stage > state.Stage);
                    Explore(next, time + 1);
                }
                else
                {
                    Assert.Same(state, next);
                }
            }

            Assert.Equal(DisputeRefusal.None, DisputeGame.CallTime(state, (long)state.Deadline, out DisputeState ended));
            Explore(ended, time);
        }

        Explore(toy.Open(), 1);
        Assert.True(ends > 400, $"{ends} ends");
    }

    // Every wrong claim of one changed byte, followed by every answer that its claimant can give, against a challenger who is right.
    [Fact]
    public void F6_K_an_honest_challenger_convicts_every_wrong_claim_however_it_is_defended()
    {
        ToyDispute right = new();
        int ends = 0;
        for (int node = 0; node < Nodes; node++)
        {
            foreach (int element in _elements)
            {
                foreach (bool propagates in new[] { false, true })
                {
                    int at = node;
                    ToyDispute toy = new(corrupt: (k, bytes) => bytes[element] ^= (byte)(k == at ? 128 : 0), propagates: propagates);
                    void Explore(DisputeState state, long time)
                    {
                        if (state.Stage == DisputeStage.Decided)
                        {
                            ends++;
                            Assert.Equal(DisputeResult.Convicted, state.Result);
                            Assert.True(state.Cause == DisputeCause.ClaimantSilent || (state.Node, state.Element) == (at, element));
                            return;
                        }

                        if (!state.IsClaimantsTurn)
                        {
                            Assert.Equal(DisputeRefusal.None, toy.Play(state, toy.Attack(state), time, out DisputeState next));
                            Explore(next, time + 1);
                            return;
                        }

                        foreach (DisputeMove move in ClaimantsMoves(toy, right, state))
                        {
                            if (toy.Play(state, move, time, out DisputeState next) == DisputeRefusal.None)
                            {
                                Explore(next, time + 1);
                            }
                        }

                        Assert.Equal(DisputeRefusal.None, DisputeGame.CallTime(state, (long)state.Deadline, out DisputeState ended));
                        Explore(ended, time);
                    }

                    Explore(toy.Open(), 1);
                }
            }
        }

        Assert.True(ends >= Nodes * _elements.Length * 2 * 4, $"{ends} ends");
    }

    // L1: a claim that commits to a wrong tensor in another layout, and shows it so, or anyhow.
    [Theory]
    [InlineData(TensorLayout.ByColumn)]
    [InlineData(TensorLayout.ChannelsLast)]
    public void L1_an_honest_challenger_convicts_a_claim_whose_tensors_are_in_another_layout_than_their_places(TensorLayout layout)
    {
        ToyDispute right = new();
        int ends = 0;
        for (int node = 0; node < Nodes; node++)
        {
            int at = node;
            ToyDispute toy = new(corrupt: (k, bytes) => bytes[5] ^= (byte)(k == at ? 1 : 0), bend: (k, header) => k == at ? new TensorHeader(header.Type, header.Shape, layout) : header);
            void Explore(DisputeState state, long time)
            {
                if (state.Stage == DisputeStage.Decided)
                {
                    ends++;
                    Assert.Equal(DisputeResult.Convicted, state.Result);
                    return;
                }

                int moves = 0;
                foreach (DisputeMove move in state.IsClaimantsTurn ? ClaimantsMoves(toy, right, state) : [toy.Attack(state)])
                {
                    if (toy.Play(state, move, time, out DisputeState next) == DisputeRefusal.None)
                    {
                        moves++;
                        Explore(next, time + 1);
                    }
                }

                Assert.True(state.IsClaimantsTurn || moves > 0, $"The challenger has no move at {state.Stage}.");
                if (state.IsClaimantsTurn)
                {
                    Assert.Equal(DisputeRefusal.None, DisputeGame.CallTime(state, (long)state.Deadline, out DisputeState ended));
                    Explore(ended, time);
                }
            }

            Explore(toy.Open(), 1);

            // Named honestly, it cannot be shown.
            DisputeState state = toy.PlayTo(DisputeStage.Chunks);
            Assert.Equal(DisputeRefusal.ChunksNotCommitted, toy.Play(state, DisputeMove.RevealChunks(state.Opening, ToyDispute.Claimant.PublicKey.Id, toy.BentDigests(at)), 9, out _));
            Assert.Equal(DisputeRefusal.None, DisputeGame.CallTime(state, (long)state.Deadline, out DisputeState over));
            Assert.Equal((DisputeResult.Convicted, DisputeCause.ClaimantSilent), (over.Result, over.Cause));

            // And in one move, by the header alone.
            Assert.Equal(RulingReason.LayoutsDiffer, toy.Referee.Judge(toy.Claim, toy.Trace.Commitment, Accusation.OfSignature(toy.Trace.Open(at), 0, toy.Bent(at), [])).Reason);
        }

        Assert.True(ends >= 2 * Nodes, $"{ends} ends");
    }

    // Courts with right and wrong claims, honest and random parties, at random times: what must hold after every command.
    [Fact]
    public void K_random_play_keeps_every_law()
    {
        int plays = int.Parse(Environment.GetEnvironmentVariable("DISPUTE_PLAYS") ?? "60", CultureInfo.InvariantCulture);
        ToyDispute[] toys =
        [
            new(number: 1, length: 20_000), new(corrupt: static (node, bytes) => bytes[19_999] ^= (byte)(node == 2 ? 1 : 0), number: 2, length: 20_000),
            new(corrupt: static (node, bytes) => bytes[5] ^= (byte)(node == 0 ? 1 : 0), number: 3, length: 20_000),
        ];
        DisputeCourt court = new(ToyDispute.Terms, ToyDispute.Schemes, toys[0].Referee);
        int convicted = 0;
        int acquitted = 0;
        for (int play = 0; play < plays; play++)
        {
            Random random = new(play);
            DisputeDocket docket = DisputeDocket.Empty;
            long time = 0;
            for (int step = 0; step < 150; step++)
            {
                time += random.Next(4) == 0 ? random.Next(60) : random.Next(3);
                ToyDispute toy = toys[random.Next(toys.Length)];
                DisputeDocket before = docket;
                DisputeRefusal refusal = Random(court, toys, toy, random, ref docket, time);
                Assert.True(docket.IsConserved);
                DisputeCourtTests.M9_AssertIndexed(docket);
                Assert.True(refusal != DisputeRefusal.None || before.LastTime <= docket.LastTime);
                Assert.True(refusal == DisputeRefusal.None || ReferenceEquals(before, docket));
                foreach ((Digest id, DocketGame game) in before.Games)
                {
                    DocketGame after = docket.Games[id];
                    Assert.True(after.State.Stage >= game.State.Stage && after.State.Moves >= game.State.Moves, "No game goes back.");
                    Assert.True(game.State.Result == DisputeResult.None || after == game, "A game that is over stays as it is.");
                }
            }

            // From whatever has been reached, everything ends within the bound.
            time += (long)ToyDispute.Terms.LongestGame;
            foreach (DocketGame game in docket.Games.Values.Where(static game => game.State.Stage != DisputeStage.Decided))
            {
                DisputeRefusal refusal = court.CallTime(docket, game.State.Game, time, out docket);
                Assert.True(refusal is DisputeRefusal.None or DisputeRefusal.GameIsOver);
            }

            time += ToyDispute.Terms.Window;
            foreach (Digest claim in docket.Claims.Keys)
            {
                _ = court.Finish(docket, claim, time, out docket);
            }

            foreach (DocketGame game in docket.Games.Values)
            {
                bool isRight = game.Claim == toys[0].Claim.Body.Digest;
                Assert.True(game.State.Cause != DisputeCause.Ruling || game.State.Result == DisputeResult.Acquitted || !isRight, "No ruling convicts a right claim.");
                convicted += game.State.Cause == DisputeCause.Ruling && game.State.Result == DisputeResult.Convicted ? 1 : 0;
                acquitted += game.State.Cause == DisputeCause.Ruling && game.State.Result == DisputeResult.Acquitted ? 1 : 0;
            }

            Assert.All(docket.Claims.Values, static claim => Assert.NotEqual(DocketClaimStatus.Open, claim.Status));
            foreach (NodeId node in docket.Credits.Keys)
            {
                Assert.Equal(DisputeRefusal.None, DisputeCourt.PayOut(docket, node, time, out docket));
            }

            Assert.Equal(docket.Deposited, docket.PaidOut + docket.Burnt);
        }

        Assert.True(plays < 60 || (convicted > 5 && acquitted > 5), $"{convicted} convicted, {acquitted} acquitted by rulings");
    }

    private static DisputeRefusal Random(DisputeCourt court, ToyDispute[] toys, ToyDispute toy, Random random, ref DisputeDocket docket, long time)
    {
        EcdsaP256Signer challenger = _signers[random.Next(_signers.Length)];
        DocketGame[] games = [.. docket.Games.Values];
        DocketGame? game = games.Length == 0 ? null : games[random.Next(games.Length)];
        switch (random.Next(10))
        {
            case 0:
                return court.Post(docket, toy.Claim, ToyDispute.Terms.ClaimBond, time, out docket);
            case 1:
                return court.Open(docket, challenger.Sign(toy.OpeningBy(challenger, (byte)random.Next(3))), ToyDispute.Terms.ChallengeBond, time, out docket);
            case 2 when game is not null:
                return court.CallTime(docket, game.State.Game, time, out docket);
            case 3:
                return court.Finish(docket, toy.Claim.Body.Digest, time, out docket);
            case 4:
                return DisputeCourt.PayOut(docket, random.Next(2) == 0 ? challenger.PublicKey.Id : ToyDispute.Claimant.PublicKey.Id, time, out docket);
        }

        if (game is null)
        {
            return DisputeRefusal.GameUnknown;
        }

        // Honest moves mostly, so that games get somewhere; otherwise a move of any kind, by anybody, of any claim.
        ToyDispute own = toys.Single(each => each.Claim.Body.Digest == game.Claim);
        DisputeState state = game.State;
        EcdsaP256Signer author = _signers.Single(signer => signer.PublicKey.Id == state.Opening.Challenger);
        bool honest = random.Next(4) != 0 && state.Stage != DisputeStage.Decided;
        ImmutableArray<DisputeMove> any = honest ? [] : [.. ChallengersMoves(own, state, author), .. ClaimantsMoves(own, toy, state)];
        DisputeMove move = !honest ? any[random.Next(any.Length)] : state.IsClaimantsTurn ? own.Defend(state) : own.Attack(state, author);
        EcdsaP256Signer signer = !honest && random.Next(5) == 0 ? challenger : move.Author == ToyDispute.Claimant.PublicKey.Id ? ToyDispute.Claimant : author;
        return court.Move(docket, signer.Sign(move), honest ? time : time - random.Next(2), out docket);
    }

    private static IEnumerable<DisputeMove> ChallengersMoves(ToyDispute toy, DisputeState state, EcdsaP256Signer? challenger = null)
    {
        NodeId author = (challenger ?? ToyDispute.Challenger).PublicKey.Id;
        if (state.Stage is DisputeStage.Output or DisputeStage.Decided || challenger is not null)
        {
            for (int node = 0; node < Nodes; node++)
            {
                yield return toy.Name(state, node, author);
            }
        }

        if (state.Stage is DisputeStage.ChunkName or DisputeStage.Decided || challenger is not null)
        {
            for (int chunk = 0; chunk <= Chunks; chunk++)
            {
                yield return DisputeMove.NameChunk(state.Opening, author, state.Disputed, chunk);
            }
        }

        for (int node = 0; node < Nodes; node++)
        {
            foreach (int element in _elements.Where(element => element < toy.Input.Length))
            {
                yield return DisputeMove.Accuse(state.Opening, author, toy.Accuse(node, element));

                // Evidence of other chunks, of other graph nodes, and of type and shape only.
                Accusation good = toy.Accuse(node, element);
                yield return DisputeMove.Accuse(state.Opening, author, Accusation.OfElement(good.Leaf!, 0, (element + 20_000) % toy.Input.Length, good.Accused!, good.Inputs));
                yield return DisputeMove.Accuse(state.Opening, author, Accusation.OfElement(good.Leaf!, 0, element, good.Accused!, toy.Accuse((node + 1) % Nodes, element).Inputs));
                yield return DisputeMove.Accuse(state.Opening, author, Accusation.OfSignature(good.Leaf!, 0, new TensorEvidence(good.Accused!.Header, good.Accused.Root, []), good.Inputs));
                yield return DisputeMove.Accuse(state.Opening, author, Accusation.OfLeaf(good.Leaf!));
            }
        }
    }

    private static IEnumerable<DisputeMove> ClaimantsMoves(ToyDispute toy, ToyDispute other, DisputeState state)
    {
        NodeId author = ToyDispute.Claimant.PublicKey.Id;
        if (state.Stage is DisputeStage.Trace or DisputeStage.Decided)
        {
            yield return DisputeMove.RevealTrace(state.Opening, author, toy.Piece(0));
            yield return DisputeMove.RevealTrace(state.Opening, author, toy.Piece(0, other.Trace));
            yield return DisputeMove.RevealTrace(state.Opening, author, toy.Piece(0, toy.RightTrace));
        }

        foreach (ToyDispute each in new[] { toy, other })
        {
            for (int node = 0; node < Nodes && state.Stage is DisputeStage.Chunks or DisputeStage.Decided; node++)
            {
                ChunkPiece digests = ToyDispute.Digests(each.Claimed[node]);
                yield return DisputeMove.RevealChunks(state.Opening, author, digests);
                foreach (TensorHeader header in Headers(digests.Header).Append(each.Bent(node).Header))
                {
                    yield return DisputeMove.RevealChunks(state.Opening, author, new ChunkPiece(header, 0, [.. digests.Digests.Take((int)header.ChunkCount)]));
                }
            }

            for (int node = 0; node < Nodes && state.Stage is DisputeStage.Chunk or DisputeStage.Decided; node++)
            {
                yield return DisputeMove.RevealChunk(state.Opening, author, TensorCommitment.Of(each.Claimed[node]).Open(0));
                yield return DisputeMove.RevealChunk(state.Opening, author, TensorCommitment.Of(each.Claimed[node]).Open(1));
                yield return DisputeMove.RevealChunk(state.Opening, author, TensorCommitment.Of(each.Claimed[node]).Open(TensorCommitment.Of(each.Claimed[node]).Header.ChunkCount - 1));
            }
        }

        if (state.Stage is DisputeStage.Output or DisputeStage.ChunkName or DisputeStage.Accusation)
        {
            yield return DisputeMove.RevealTrace(state.Opening, author, toy.Piece(0));
        }
    }

    // Other headers over as many chunks or fewer: layouts, shapes, a type, a chunk size.
    private static IEnumerable<TensorHeader> Headers(TensorHeader header)
    {
        yield return new TensorHeader(header.Type, header.Shape, TensorLayout.ByColumn);
        yield return new TensorHeader(header.Type, header.Shape, TensorLayout.ChannelsLast);
        yield return new TensorHeader(header.Type, new TensorShape(1, header.Shape[0]));
        yield return new TensorHeader(header.Type, new TensorShape(header.Shape[0] - 1));
        yield return new TensorHeader(ElementType.Int8, header.Shape);
        yield return new TensorHeader(header.Type, header.Shape, chunkSize: 2 * TensorHeader.DefaultChunkSize);
    }
}
