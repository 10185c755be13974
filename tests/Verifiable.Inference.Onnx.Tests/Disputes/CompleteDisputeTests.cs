using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Disputes;

/// <summary>Whole disputes between honest programs, over shipped and made-up models. Codes in names are those of the list of attacks in the documentation.</summary>
public sealed class CompleteDisputeTests
{
    private static readonly GenerationOptions _options = new(1);

    public static TheoryData<string> Models => DisputedModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_plain_run_has_the_trace_and_the_outputs_of_the_engine(string name)
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make(name);
        AlteredRun plain = new(model, inputs, _options, static (_, _, tensor) => tensor);
        TraceRecorder recorder = new(new CanonicalEngine(model));
        NamedTensors outputs = await new CanonicalEngine(model).RunTracedAsync(inputs, _options, recorder);
        Assert.Equal(recorder.ToTree().Commitment, plain.Trace.Commitment);
        Assert.Equal(CommittedTensors.Of(outputs), CommittedTensors.Of(plain.Outputs));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_right_claim_agrees_with_its_watcher_and_an_idle_challenge_loses_by_time(string name)
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make(name);
        DisputeScene scene = new(model, inputs);
        Assert.True(await scene.Watcher.AgreesAsync());
        Assert.True(await scene.Defender.CheckAsync());
        (DisputeState state, _) = await scene.PlayAsync();
        Assert.Equal((DisputeResult.Acquitted, DisputeCause.ChallengerSilent, 1), (state.Result, state.Cause, state.Moves));
    }

    // I8: one unit in the last place of one element of every output, first, last and one between, whether or not later graph nodes follow it.
    [Theory]
    [MemberData(nameof(Models))]
    public async Task I8_a_changed_element_of_any_output_is_convicted_in_at_most_four_rounds(string name)
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make(name);
        DisputeScene honest = new(model, inputs);
        Random random = new(4);
        for (int node = 0; node < honest.Trace.Leaves.Length; node++)
        {
            for (int output = 0; output < honest.Trace.Leaves[node].Outputs.Length; output++)
            {
                if (honest.Trace.Leaves[node].Outputs[output].IsAbsent || honest.Output(node, output).Length == 0)
                {
                    continue;
                }

                int length = honest.Output(node, output).Length;
                (int, bool)[] cases = name is "large" or "digits.onnx" ? [(random.Next(length), false)] : [(0, true), (length - 1, false), (random.Next(length), true)];
                foreach ((int element, bool propagates) in cases)
                {
                    // Where a later shape depends on elements, the rest of a changed run may not exist.
                    DisputeScene scene = new(model, inputs, Alter(model, inputs, node, output, element, propagates && name != "mixed"));
                    Assert.False(await scene.Watcher.AgreesAsync());
                    (DisputeState state, DisputeTranscript transcript) = await scene.PlayAsync();
                    Assert.Equal((DisputeResult.Convicted, DisputeCause.Ruling, RulingReason.ElementDiffers), (state.Result, state.Cause, state.Ruling.Reason));
                    Assert.Equal((node, output), (state.Node, state.Output));
                    Assert.NotEqual(state.Ruling.Expected, state.Ruling.Claimed);
                    Assert.Equal(6, state.Moves);

                    // A stranger with the bytes and the model comes to the same.
                    Assert.True(Canonical.TryRead(transcript.ToBytes(), out DisputeTranscript? read));
                    Assert.Equal(DisputeRefusal.None, read.Replay(scene.Referee, DisputeScene.Schemes, out DisputeState? again, out _));
                    Assert.Equal((state.Result, state.Ruling, state.Element), (again!.Result, again.Ruling, again.Element));
                }
            }
        }
    }

    [Theory]
    [InlineData("digits-small.onnx")]
    [InlineData("cnn-1")]
    public async Task A_claim_with_cut_points_is_disputed_from_leaves_that_are_shown_on_demand(string name)
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make(name);
        int last = new DisputeScene(model, inputs).Trace.Leaves.Length - 1;
        foreach (int[] cuts in new int[][] { [], [last], [1, 3] })
        {
            DisputeScene right = new(model, inputs, cuts: cuts.ToHashSet());
            Assert.True(await right.Watcher.AgreesAsync());
            Assert.Equal(DisputeResult.Acquitted, (await right.PlayAsync()).State.Result);
            foreach (int node in new[] { 0, 2, last })
            {
                DisputeScene scene = new(model, inputs, Alter(model, inputs, node, 0, 0, true), cuts: cuts.ToHashSet());
                Assert.False(scene.Claim.Trace.IsFull);
                Assert.True(await scene.Defender.CheckAsync());

                // What is rounded away again before the next thing that is committed to is no part of what is claimed.
                bool isSeen = scene.Claim.Trace != right.Claim.Trace || !scene.Claim.Body.Outputs.Equals(right.Claim.Body.Outputs);
                Assert.Equal(!isSeen, await scene.Watcher.AgreesAsync());
                Assert.True(isSeen || node != last);
                (DisputeState state, _) = await scene.PlayAsync();
                Assert.Equal((DisputeResult.Convicted, RulingReason.ElementDiffers, node), (state.Result, state.Ruling.Reason, state.Node));
            }
        }
    }

    [Fact]
    public async Task A_tensor_of_another_shape_or_type_is_convicted_by_itself()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("cnn-1");
        foreach (int node in new[] { 0, 4, 9 })
        {
            Func<TensorValue, TensorValue>[] bends =
            [
                static tensor => TensorValue.Take(tensor.Type, new TensorShape([.. tensor.Shape.Lengths, 1]), tensor.Bytes),
                static tensor => TensorValue.Take(ElementType.Int32, tensor.Shape, tensor.Bytes),
                static tensor => TensorValue.Take(tensor.Type, new TensorShape(0), default),
            ];
            foreach (Func<TensorValue, TensorValue> bend in bends)
            {
                DisputeScene scene = new(model, inputs, new AlteredRun(model, inputs, _options, (k, _, tensor) => k == node ? bend(tensor) : tensor, false));
                (DisputeState state, _) = await scene.PlayAsync();
                Assert.Equal((DisputeResult.Convicted, RulingReason.SignatureDiffers, node), (state.Result, state.Ruling.Reason, state.Node));
            }
        }
    }

    // H4: what cannot be reproduced is not answered, and so not claimed.
    [Fact]
    public async Task H4_a_claimant_whose_run_does_not_repeat_refuses_before_it_moves()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("iris.onnx");
        DisputeScene scene = new(model, inputs, Alter(model, inputs, 1, 0, 0, true));
        DisputeDefender defender = new(scene.Claim, new RepeatedRun(new CanonicalEngine(model), inputs, _options), DisputeScene.Claimant);
        Assert.False(await defender.CheckAsync());
        DisputeGame rules = new(scene.Claim, DisputeScene.Terms, scene.Referee, DisputeScene.Schemes);
        Signed<DisputeOpening> opening = scene.Watcher.Open(default, DisputeScene.Terms);
        Assert.Equal(DisputeRefusal.None, rules.Open(opening, 0, out DisputeState? state));
        await Assert.ThrowsAsync<InvalidOperationException>(() => defender.AnswerAsync(new DisputeTranscript(scene.Claim, DisputeScene.Terms, opening, 0, []), state!).AsTask());
    }

    internal static AlteredRun Alter(OnnxModel model, NamedTensors inputs, int node, int output, long element, bool propagates) =>
        new(model, inputs, _options, (k, o, tensor) => k == node && o == output ? AlteredRun.ChangeElement(tensor, element) : tensor, propagates);
}
