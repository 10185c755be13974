using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Disputes;

/// <summary>Attacks that were found by reading, on real models and with the engine's own recorder. Codes in names are those of the list of attacks in the documentation.</summary>
public sealed class DisputeHoleTests
{
    private static readonly GenerationOptions _options = new(1);
    private static readonly TensorLayout[] _layouts = [TensorLayout.RowMajor, TensorLayout.ByColumn, TensorLayout.ChannelsLast];

    // L1: a wrong tensor in a place for another layout, and everything after computed from it.
    [Theory]
    [InlineData("mixed")]
    [InlineData("cnn-1")]
    public async Task L1_a_wrong_tensor_in_the_place_of_another_layout_is_convicted_by_time_or_in_one_move(string name)
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make(name);
        DisputeScene honest = new(model, inputs);
        HashSet<TensorLayout> seen = [];
        for (int node = 0; node < honest.Trace.Leaves.Length; node++)
        {
            if (honest.Output(node, 0).Length == 0 || honest.Output(node, 0).Shape.Rank < 2)
            {
                continue;
            }

            foreach (TensorLayout place in honest.Layouts(node, 0))
            {
                foreach (TensorLayout stated in _layouts.Where(layout => layout != place))
                {
                    _ = seen.Add(place);

                    // Where a later shape depends on elements, the rest of a changed run may not exist.
                    await ConvictAsync(honest, node, place, stated, name != "mixed");
                }
            }
        }

        Assert.Equal(name == "mixed" ? [TensorLayout.RowMajor, TensorLayout.ByColumn] : [TensorLayout.RowMajor, TensorLayout.ChannelsLast], seen.Order());
    }

    // L2: the trace is right, and the outputs are not its own.
    [Theory]
    [InlineData("mixed")]
    [InlineData("digits-small.onnx")]
    public async Task L2_false_outputs_beside_a_right_trace_are_seen_and_convicted(string name)
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make(name);
        DisputeScene honest = new(model, inputs);
        foreach (string output in honest.Claim.Body.Outputs.Select(static pair => pair.Key))
        {
            CommittedTensors outputs = new(honest.Claim.Body.Outputs.Select(pair => pair.Key == output ? KeyValuePair.Create(output, Digest.Of([1])) : pair));
            foreach (IReadOnlySet<int>? cuts in new IReadOnlySet<int>?[] { null, new HashSet<int>(), new HashSet<int> { 0 } })
            {
                DisputeScene wrong = new(model, inputs, outputs: outputs, cuts: cuts);
                Assert.False(await wrong.Watcher.AgreesAsync());
                Assert.False(await wrong.Defender.CheckAsync());
                (DisputeState state, _) = await wrong.PlayAsync();
                Assert.Equal((DisputeResult.Convicted, RulingReason.OutputNotOfTrace), (state.Result, state.Ruling.Reason));
            }
        }
    }

    // L3: what a recurrent cell commits to of its steps is judged by nobody, so no claim on one can be disputed.
    [Fact]
    public void L3_models_with_recurrent_cells_have_no_referee()
    {
        foreach ((string cell, int gates) in new[] { ("LSTM", 4), ("GRU", 3), ("RNN", 1) })
        {
            var random = new CanonicalDigest.CaseRandom(1);
            OnnxModel model = new OnnxModelBuilder(17).Input("x", ElementType.Float32, 3, 1, 2).Initializer("w", random.Floats(1, gates * 2, 2)).Initializer("r", random.Floats(1, gates * 2, 2))
                .Node(cell, ["x", "w", "r"], ["y"], ("hidden_size", AttributeValue.Of(2L))).Output("y", ElementType.Float32, 3, 1, 1, 2).Build();
            Assert.False(CanonicalReferee.TryCreate(model, null, out CanonicalReferee? referee, out ModelRefusal? refusal));
            Assert.Null(referee);
            Assert.Equal(ModelRefusalReason.UnsupportedOperator, refusal.Reason);
            Assert.Contains("runs of their own", refusal.Message, StringComparison.Ordinal);
        }
    }

    // L4: many games at one time, each over another tensor, cost their claimant a few runs in all.
    [Fact]
    public async Task L4_games_at_one_time_share_their_claimants_runs()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("cnn-1");
        DisputeScene scene = new(model, inputs);
        RepeatedRun run = new(new CanonicalEngine(model), inputs, _options);
        DisputeDefender defender = new(scene.Claim, run, DisputeScene.Claimant);
        DisputeGame rules = new(scene.Claim, DisputeScene.Terms, scene.Referee, DisputeScene.Schemes);
        (DisputeTranscript Transcript, DisputeState State)[] games = [.. Enumerable.Range(0, 64).Select(i =>
        {
            Signed<DisputeOpening> opening = scene.Watcher.Open(Digest.Of([(byte)i]), DisputeScene.Terms);
            Assert.Equal(DisputeRefusal.None, rules.Open(opening, 0, out DisputeState? state));
            return (new DisputeTranscript(scene.Claim, DisputeScene.Terms, opening, 0, []), state!);
        })];
        while (games[0].State.Stage < DisputeStage.Accusation)
        {
            Signed<DisputeMove>?[] moves = games[0].State.IsClaimantsTurn
                ? await Task.WhenAll(games.Select(game => Task.Run(() => defender.AnswerAsync(game.Transcript, game.State).AsTask())))
                : [.. games.Select((game, i) => Name(scene, game.State, i))];
            games = [.. games.Zip(moves, (game, move) =>
            {
                Assert.Equal(DisputeRefusal.None, rules.Apply(game.State, move!, 1, out DisputeState next));
                return (game.Transcript.Add(1, move), next);
            })];
        }

        // One for the trace, and at most one for each tensor, of the 128 answers about one; how many share a run is the machine's business.
        Assert.InRange(run.Runs, 2, 1 + scene.Trace.Leaves.Length);
        Assert.True(games.Select(static game => game.State.Node).Distinct().Count() > 8);
    }

    // Tensors that do not fit together in what is kept take more runs, never more room.
    [Fact]
    public async Task L4_requests_that_do_not_fit_together_take_runs_of_their_own()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("cnn-1");
        RepeatedRun run = new(new CanonicalEngine(model), inputs, _options, keptBytes: 0);
        AlteredRun plain = new(model, inputs, _options, static (_, _, tensor) => tensor);
        IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>> expected = await plain.GetOutputsAsync(ImmutableHashSet<int>.Empty);
        IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>>[] found = await Task.WhenAll(Enumerable.Range(0, 6).Select(node => run.GetOutputsAsync(new HashSet<int> { node }).AsTask()));
        for (int node = 0; node < 6; node++)
        {
            Assert.Equal(expected[node], found[node][node]);
        }

        Assert.Equal(7, run.Runs);
    }

    // L6: a right claim with any cut points agrees with a watcher who has nothing but the claim.
    [Fact]
    public async Task L6_a_right_claim_with_any_cut_points_agrees_and_one_that_states_others_is_convicted()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("cnn-1");
        Random random = new(3);
        int count = new DisputeScene(model, inputs).Trace.Leaves.Length;
        for (int trial = 0; trial < 8; trial++)
        {
            HashSet<int> cuts = [.. Enumerable.Range(0, count).Where(_ => random.Next(3) == 0)];
            DisputeScene right = new(model, inputs, cuts: cuts);
            Assert.True(await right.Watcher.AgreesAsync());
            Assert.True(await right.Defender.CheckAsync());
        }

        // Leaves of other graph nodes than those stated.
        DisputeScene scene = new(model, inputs, cuts: new HashSet<int> { 1, 3 });
        DisputedClaim lie = scene.Claim with { Claim = SignedClaim.Sign(scene.Claim.Body with { Evidence = [new CutNodes(count, 1, 4).ToEvidence()] }, DisputeScene.Claimant) };
        DisputeChallenger watcher = new(lie, model, inputs, new RepeatedRun(new CanonicalEngine(model), inputs, _options), DisputeScene.Challenger);
        Assert.False(await watcher.AgreesAsync());
        Assert.False(await new DisputeDefender(lie, scene.Claimed, DisputeScene.Claimant).CheckAsync());
    }

    // L8: what no referee within its limits can decide is known before anybody opens a game.
    [Fact]
    public async Task L8_graph_nodes_that_cannot_be_decided_are_found_before_a_game()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("large");
        DisputeScene scene = new(model, inputs);
        Assert.Empty(await scene.Watcher.FindUndecidableAsync());

        // A product of 90 terms reads 180 elements, a window of 3 channels 54.
        Assert.Equal(1, Assert.Single(await scene.Watcher.FindUndecidableAsync(new RefereeLimits { MaxReads = 179 })));
        Assert.Empty(await scene.Watcher.FindUndecidableAsync(new RefereeLimits { MaxReads = 180 }));
        int size = Enumerable.Range(0, scene.Trace.Leaves.Length).Max(node => scene.Accuse(node, 0, 4000).ToBytes().Length);
        Assert.NotEmpty(await scene.Watcher.FindUndecidableAsync(new RefereeLimits { MaxEvidenceBytes = size / 2 }));
    }

    // L9: a claim on inputs that no engine takes.
    [Fact]
    public async Task L9_a_claim_on_inputs_that_the_model_does_not_declare_is_challenged_and_convicted()
    {
        OnnxModel model = new OnnxModelBuilder(17).Input("a", ElementType.Float32, "N", 2).Input("b", ElementType.Float32, "N", 2).Node("Add", ["a", "b"], ["y"]).Output("y", ElementType.Float32, "N", 2).Build();
        foreach ((long[] a, long[] b) in new (long[], long[])[] { ([3, 2], [1, 2]), ([3, 1], [3, 1]) })
        {
            DisputeScene wrong = new(model, new NamedTensors([KeyValuePair.Create("a", Graph.SampleModels.Ramp(a)), KeyValuePair.Create("b", Graph.SampleModels.Ramp(b))]));
            Assert.False(await wrong.Watcher.AgreesAsync());
            (DisputeState state, _) = await wrong.PlayAsync();
            Assert.Equal((DisputeResult.Convicted, RulingReason.InterfaceViolated), (state.Result, state.Ruling.Reason));
        }
    }

    [Fact]
    public async Task L9_a_request_that_has_no_run_stops_no_watcher()
    {
        OnnxModel model = new OnnxModelBuilder(17).Input("x", ElementType.Float32, 4).Input("i", ElementType.Int64, 1).Node("Gather", ["x", "i"], ["y"]).Output("y", ElementType.Float32, 1).Build();
        NamedTensors inputs = new([KeyValuePair.Create("x", Graph.SampleModels.Ramp(4)), KeyValuePair.Create("i", TensorValue.Create([9L], 1))]);
        NamedTensors fit = new([KeyValuePair.Create("x", Graph.SampleModels.Ramp(4)), KeyValuePair.Create("i", TensorValue.Create([1L], 1))]);
        DisputeScene scene = new(model, inputs, new AlteredRun(model, fit, _options, static (_, _, tensor) => tensor));
        Assert.False(await scene.Watcher.HasRunAsync());
        Assert.True(await scene.Watcher.AgreesAsync());
        Assert.True(await new DisputeScene(model, fit).Watcher.HasRunAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            new DisputeChallenger(scene.Claim, model, fit, new RepeatedRun(new CanonicalEngine(model), fit, _options), DisputeScene.Challenger).AgreesAsync().AsTask());
    }

    // L11: between its turns nobody runs the model again.
    [Fact]
    public async Task L11_a_whole_dispute_takes_two_runs_of_each_party()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("large");
        AlteredRun altered = CompleteDisputeTests.Alter(model, inputs, 1, 0, 5, true);
        DisputeScene scene = new(model, inputs, altered);
        RepeatedRun own = new(new CanonicalEngine(model), inputs, _options);
        DisputeChallenger challenger = new(scene.Claim, model, inputs, own, DisputeScene.Challenger);
        Assert.False(await challenger.AgreesAsync());
        DisputeGame rules = new(scene.Claim, DisputeScene.Terms, scene.Referee, DisputeScene.Schemes);
        Signed<DisputeOpening> opening = challenger.Open(default, DisputeScene.Terms);
        Assert.Equal(DisputeRefusal.None, rules.Open(opening, 0, out DisputeState? state));
        DisputeTranscript transcript = new(scene.Claim, DisputeScene.Terms, opening, 0, []);
        while (state!.Stage != DisputeStage.Decided)
        {
            Signed<DisputeMove>? move = state.IsClaimantsTurn ? await scene.Defender.AnswerAsync(transcript, state) : await challenger.AnswerAsync(transcript, state);
            Assert.Equal(DisputeRefusal.None, rules.Apply(state, move!, 1, out state));
            transcript = transcript.Add(1, move);
        }

        Assert.Equal((DisputeResult.Convicted, 2), (state.Result, own.Runs));
    }

    // F4: every move is made by programs that were started for it, from the bytes of the transcript.
    [Fact]
    public async Task F4_programs_that_are_started_anew_before_every_move_come_to_the_same_end()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("cnn-1");
        DisputeScene scene = new(model, inputs, CompleteDisputeTests.Alter(model, inputs, 4, 0, 3, true));
        (DisputeState expected, DisputeTranscript whole) = await scene.PlayAsync();
        byte[] bytes = (whole with { Entries = [] }).ToBytes();
        DisputeState? state = null;
        for (int entry = 0; entry <= whole.Entries.Length; entry++)
        {
            Assert.True(Canonical.TryRead(bytes, out DisputeTranscript? transcript));
            Assert.Equal(DisputeRefusal.None, transcript.Replay(scene.Referee, DisputeScene.Schemes, out state, out _));
            if (state!.Stage == DisputeStage.Decided)
            {
                break;
            }

            Signed<DisputeMove>? move = state.IsClaimantsTurn
                ? await new DisputeDefender(transcript.Claim, CompleteDisputeTests.Alter(model, inputs, 4, 0, 3, true), DisputeScene.Claimant).AnswerAsync(transcript, state)
                : await new DisputeChallenger(transcript.Claim, model, inputs, new RepeatedRun(new CanonicalEngine(model), inputs, _options), DisputeScene.Challenger).AnswerAsync(transcript, state);
            bytes = transcript.Add(whole.Entries[entry].Time, move).ToBytes();
        }

        Assert.Equal((expected.Result, expected.Ruling, expected.Node, expected.Element), (state!.Result, state.Ruling, state.Node, state.Element));
    }

    private static Signed<DisputeMove> Name(DisputeScene scene, DisputeState state, int i)
    {
        int node = i % scene.Trace.Leaves.Length;
        return DisputeScene.Challenger.Sign(state.Stage == DisputeStage.Output
            ? DisputeMove.NameOutput(state.Opening, state.Opening.Challenger, new OutputName(scene.Trace.Open(node), 0, scene.Layouts(node, 0)[0]))
            : DisputeMove.NameChunk(state.Opening, state.Opening.Challenger, state.Disputed, 0));
    }

    private static async Task ConvictAsync(DisputeScene honest, int node, TensorLayout place, TensorLayout stated, bool propagates)
    {
        // All other places of the leaf are right, so that nothing but this one can be named.
        (OnnxModel model, NamedTensors inputs) = (honest.Model, honest.Inputs);
        AlteredRun altered = CompleteDisputeTests.Alter(model, inputs, node, 0, 0, propagates);
        TraceOutput output = honest.Trace.Leaves[node].Outputs[0];
        TensorValue wrong = (await altered.GetOutputsAsync(ImmutableHashSet<int>.Empty))[node][0]!;
        var commitment = TensorCommitment.Of(wrong, stated);
        output = place switch
        {
            TensorLayout.RowMajor => output with { RowMajor = commitment.Digest },
            TensorLayout.ByColumn => output with { ByColumn = commitment.Digest },
            _ => output with { ChannelsLast = commitment.Digest },
        };
        TraceTree trace = new(altered.Trace.Commitment.NodeCount, altered.Trace.Leaves.SetItem(node, new TraceLeaf(node, altered.Trace.Leaves[node].Outputs.SetItem(0, output))));
        CommittedTensors outputs = CommittedTensors.Of(altered.Outputs);
        Assert.True(JudgedModel.TryCreate(model, out JudgedModel? judged, out _));
        outputs = new CommittedTensors(outputs.Select(pair => pair.Key == judged.Nodes[node].Outputs[0] ? KeyValuePair.Create(pair.Key, output.RowMajor!.Value) : pair));

        DisputeScene scene = new(model, inputs, altered, trace: trace, outputs: outputs);
        Assert.False(await scene.Watcher.AgreesAsync());
        DisputeGame rules = new(scene.Claim, DisputeScene.Terms, scene.Referee, DisputeScene.Schemes);
        Signed<DisputeOpening> opening = scene.Watcher.Open(default, DisputeScene.Terms);
        Assert.Equal(DisputeRefusal.None, rules.Open(opening, 0, out DisputeState? state));
        DisputeTranscript transcript = new(scene.Claim, DisputeScene.Terms, opening, 0, []);
        NodeId author = DisputeScene.Claimant.PublicKey.Id;
        while (state!.Stage != DisputeStage.Decided)
        {
            TensorCommitment shown = state.Node == node && state.Disputed == commitment.Digest ? commitment
                : state.Node < 0 ? commitment
                : TensorCommitment.Of((await altered.GetOutputsAsync(ImmutableHashSet<int>.Empty))[state.Node][state.Output]!, state.Layout);
            Signed<DisputeMove>? move = state.Stage switch
            {
                DisputeStage.Trace => DisputeScene.Claimant.Sign(DisputeMove.RevealTrace(state.Opening, author, new TracePiece(trace.Leaves, [.. trace.Leaves.Select(static _ => true)]))),
                DisputeStage.Chunks => DisputeScene.Claimant.Sign(DisputeMove.RevealChunks(state.Opening, author, new ChunkPiece(shown.Header, 0, [.. shown.GetChunkDigests(0, (int)shown.Header.ChunkCount).Span]))),
                DisputeStage.Chunk => DisputeScene.Claimant.Sign(DisputeMove.RevealChunk(state.Opening, author, shown.Open(state.Chunk))),
                _ => await scene.Watcher.AnswerAsync(transcript, state),
            };
            if (move is null || rules.Apply(state, move, 1, out DisputeState next) != DisputeRefusal.None)
            {
                Assert.Equal(DisputeRefusal.None, DisputeGame.CallTime(state, (long)state.Deadline, out next));
            }
            else
            {
                transcript = transcript.Add(1, move);
            }

            state = next;
        }

        Assert.True(state.Result == DisputeResult.Convicted, $"graph node {node}, {stated} in the place of {place}: {state.Cause}");

        // One move: the header alone shows that the place holds what it is not for.
        Accusation misplaced = Accusation.OfSignature(trace.Open(node), 0, new TensorEvidence(commitment.Header, commitment.Root, []), []);
        Assert.Equal(RulingReason.LayoutsDiffer, scene.Judge(misplaced).Reason);

        // Nothing of the kind is ever said of an honest leaf.
        var right = TensorCommitment.Of(honest.Output(node, 0), stated);
        Assert.NotEqual(RulingKind.Convicted, honest.Judge(Accusation.OfSignature(honest.Trace.Open(node), 0, new TensorEvidence(right.Header, right.Root, []), [])).Kind);
    }
}
