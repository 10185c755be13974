using System.Collections.Immutable;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Disputes;

/// <summary>What convicts, what acquits, and what does neither: the conditions that make the rule sound. Codes in names are those of the list of attacks in the documentation.</summary>
public sealed class RefereeTests
{
    private static readonly GenerationOptions _options = new(1);
    private static readonly DisputeScene _mixed = Scene("mixed");
    private static readonly DisputeScene _chance = Scene("chance");

    // Graph nodes of the mixed model.
    private const int Split = 0;
    private const int Square = 1;
    private const int Twice = 2;
    private const int TopK = 3;
    private const int Dot = 5;
    private const int Unread = 7;

    // Every element of every tensor of the two smallest shipped models, one by one.
    [Theory]
    [InlineData("iris.onnx")]
    [InlineData("digits-small.onnx")]
    public void I8_one_unit_in_the_last_place_anywhere_is_convicted_in_one_move(string name)
    {
        DisputeScene honest = Scene(name, 1);
        int elements = 0;
        for (int node = 0; node < honest.Trace.Leaves.Length; node++)
        {
            TensorValue tensor = honest.Output(node, 0);
            for (int element = 0; element < tensor.Length; element++)
            {
                Assert.Equal(RulingReason.ElementDiffers, Wrong(honest, node, 0, element).Reason);
                elements++;
            }
        }

        Assert.True(elements > 20, $"{elements}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 10)]
    [InlineData(1 << 20)]
    [InlineData(int.MinValue)]
    public void G3_an_error_of_any_size_is_convicted_under_the_exact_profile(int bits)
    {
        DisputeScene honest = Scene("cnn-1");
        AlteredRun altered = new(honest.Model, honest.Inputs, _options, (node, _, tensor) => node == 0 ? Xor(tensor, 3, bits) : tensor);
        DisputeScene wrong = new(honest.Model, honest.Inputs, altered);
        RefereeRuling ruling = wrong.Judge(wrong.Accuse(0, 0, 3));
        Assert.Equal((RulingReason.ElementDiffers, unchecked((uint)bits)), (ruling.Reason, (uint)(ruling.Claimed ^ ruling.Expected)));
    }

    [Fact]
    public void B5_a_wrong_second_output_is_convicted()
    {
        Assert.Equal(RulingReason.ElementDiffers, Wrong(_mixed, TopK, 1, 4).Reason);
        Assert.Equal(RulingReason.ElementDiffers, Wrong(_mixed, Split, 1, 4).Reason);
    }

    [Fact]
    public void B6_an_output_that_nothing_reads_is_convicted() => Assert.Equal(RulingReason.ElementDiffers, Wrong(_mixed, Unread, 0, 1).Reason);

    [Fact]
    public void B12_B16_claimed_outputs_that_are_not_leaves_of_the_trace_convict_without_any_evidence()
    {
        foreach (string output in new[] { "values", "places", "count", "z", "twice" })
        {
            CommittedTensors outputs = new(_mixed.Claim.Body.Outputs.Select(pair => pair.Key == output ? KeyValuePair.Create(output, Digest.Of([1])) : pair));
            DisputeScene wrong = new(_mixed.Model, _mixed.Inputs, outputs: outputs);
            RulingReason[] reasons = [.. wrong.Trace.Leaves.Select(leaf => wrong.Referee.ExamineLeaf(wrong.Claim, leaf).Reason).Distinct()];
            Assert.Equal([RulingReason.OutputNotOfTrace, RulingReason.WellFormed], reasons.Order());
            int node = wrong.Trace.Leaves.Single(leaf => wrong.Referee.ExamineLeaf(wrong.Claim, leaf).Reason == RulingReason.OutputNotOfTrace).Node;
            Assert.Equal(RulingReason.OutputNotOfTrace, wrong.Judge(Accusation.OfLeaf(wrong.Trace.Open(node))).Reason);
        }
    }

    [Fact]
    public void B13_outputs_that_are_inputs_or_weights_are_the_requests_and_the_models()
    {
        OnnxModel model = new OnnxModelBuilder(17).Input("x", ElementType.Float32, 2).Initializer("w", TensorValue.Create([1f, 2f], 2)).Node("Add", ["x", "w"], ["y"])
            .Output("x", ElementType.Float32, 2).Output("w", ElementType.Float32, 2).Output("y", ElementType.Float32, 2).Build();
        DisputeScene honest = new(model, NamedTensors.Of("x", TensorValue.Create([3f, 4f], 2)));
        Assert.Equal(RulingReason.WellFormed, honest.Referee.ExamineClaim(honest.Claim).Reason);
        foreach (string output in new[] { "x", "w" })
        {
            DisputedClaim wrong = honest.Sign(honest.Trace.Commitment, new CommittedTensors(honest.Claim.Body.Outputs.Select(pair => pair.Key == output ? KeyValuePair.Create(output, default(Digest)) : pair)));
            Assert.Equal(RulingReason.OutputNotOfTrace, honest.Referee.ExamineClaim(wrong).Reason);
        }
    }

    [Fact]
    public void A_claim_of_another_number_of_graph_nodes_of_other_names_or_of_another_model_is_refused_when_it_is_posted()
    {
        CommittedTensors outputs = _mixed.Claim.Body.Outputs;
        WorkDescription work = _mixed.Claim.Work;
        (RulingReason Reason, DisputedClaim Claim)[] cases =
        [
            (RulingReason.NodeCountDiffers, _mixed.Sign(new TraceCommitment(13, 13, _mixed.Trace.Commitment.Root), outputs)),
            (RulingReason.NodeCountDiffers, _mixed.Sign(new TraceTree(1, [_mixed.Trace.Leaves[0]]).Commitment, outputs)),
            (RulingReason.InterfaceViolated, _mixed.Sign(_mixed.Trace.Commitment, new CommittedTensors(outputs.Skip(1)))),
            (RulingReason.InterfaceViolated, _mixed.Sign(_mixed.Trace.Commitment, new CommittedTensors([.. outputs, KeyValuePair.Create("zz", default(Digest))]))),
            (RulingReason.InterfaceViolated, _mixed.Sign(_mixed.Trace.Commitment, outputs, work with { Inputs = new CommittedTensors(work.Inputs.Take(1)) })),
            (RulingReason.InterfaceViolated, _mixed.Sign(_mixed.Trace.Commitment, outputs, work with { Options = new GenerationOptions(1, ImmutableSortedDictionary<string, string>.Empty.Add("a", "b")) })),
            (RulingReason.WrongModel, _mixed.Sign(_mixed.Trace.Commitment, outputs, work with { ModelId = default })),
            (RulingReason.WrongModel, _mixed.Sign(_mixed.Trace.Commitment, outputs, work with { Profile = new NumericProfile("other", "f32", "exact") })),
        ];
        foreach ((RulingReason reason, DisputedClaim claim) in cases)
        {
            Assert.Equal(reason, DisputeGame.Examine(claim, _mixed.Referee, DisputeScene.Schemes).Reason);

            // And no accusation does anything else to it.
            Assert.Equal(reason, _mixed.Referee.Judge(claim, claim.Trace, _mixed.Accuse(Square, 0, 0)).Reason);
        }
    }

    [Fact]
    public void B5_a_leaf_of_the_wrong_number_of_outputs_or_in_other_layouts_convicts_by_itself()
    {
        TraceOutput output = _mixed.Trace.Leaves[Square].Outputs[0];
        Assert.NotNull(output.ByColumn);
        ImmutableArray<TraceOutput>[] bent = [[], [output, output], [default], [output with { ByColumn = null }], [output with { RowMajor = null }], [output with { ChannelsLast = output.RowMajor }]];
        foreach (ImmutableArray<TraceOutput> outputs in bent)
        {
            TraceTree trace = new(_mixed.Trace.Commitment.NodeCount, _mixed.Trace.Leaves.SetItem(Square, new TraceLeaf(Square, outputs)));
            DisputeScene wrong = new(_mixed.Model, _mixed.Inputs, trace: trace);
            Assert.Equal(RulingReason.LeafMalformed, wrong.Judge(Accusation.OfLeaf(trace.Open(Square))).Reason);

            // Also where it is only the leaf of an input.
            Assert.Equal(RulingReason.LeafMalformed, wrong.Judge(wrong.Accuse(Twice, 0, 0)).Reason);
        }

        Assert.Equal(RulingReason.WellFormed, _mixed.Judge(Accusation.OfLeaf(_mixed.Trace.Open(Square))).Reason);
    }

    // One tensor, two roots: what differs between them is convicted with no operator at all.
    [Fact]
    public void I1_an_element_that_differs_between_two_layouts_is_convicted_in_one_move()
    {
        TensorValue changed = AlteredRun.ChangeElement(_mixed.Output(Square, 0), 7);
        TraceOutput output = _mixed.Trace.Leaves[Square].Outputs[0] with { ByColumn = TensorCommitment.Compute(changed, TensorLayout.ByColumn) };
        TraceTree trace = new(_mixed.Trace.Commitment.NodeCount, _mixed.Trace.Leaves.SetItem(Square, new TraceLeaf(Square, [output])));
        DisputeScene wrong = new(_mixed.Model, _mixed.Inputs, trace: trace);
        TensorEvidence rows = TensorEvidence.Of(wrong.Commit(Square, 0, TensorLayout.RowMajor), 0);
        TensorEvidence columns = TensorEvidence.Of(TensorCommitment.Of(changed, TensorLayout.ByColumn), 0);
        foreach ((TensorEvidence one, TensorEvidence two) in new[] { (rows, columns), (columns, rows) })
        {
            Assert.Equal(RulingReason.LayoutsDiffer, wrong.Judge(Accusation.OfLayouts(trace.Open(Square), 0, 7, one, two)).Reason);
            Assert.Equal(RulingReason.LayoutsAgree, wrong.Judge(Accusation.OfLayouts(trace.Open(Square), 0, 6, one, two)).Reason);
            Assert.Equal(RulingReason.NoSuchElement, wrong.Judge(Accusation.OfLayouts(trace.Open(Square), 0, 36, one, two)).Reason);
        }

        TensorEvidence closed = new(columns.Header, columns.Root, []);
        Assert.Equal(RulingReason.EvidenceIncomplete, wrong.Judge(Accusation.OfLayouts(trace.Open(Square), 0, 7, rows, closed)).Reason);

        // The same fault by the definition, in the layout that is wrong.
        EvidenceBuilder builder = new(Judged(wrong.Model), wrong.Model, wrong.Inputs, 1, trace, Outputs(wrong));
        Assert.Equal(RulingReason.ElementDiffers, wrong.Judge(builder.OfElement(Square, 0, 7, columns)).Reason);
        Assert.Equal(RulingReason.ElementAgrees, wrong.Judge(builder.OfElement(Square, 0, 7, rows)).Reason);

        // Two shapes of one output cannot both be it.
        TensorValue longer = TensorValue.Take(changed.Type, new TensorShape(6, 6, 1), changed.Bytes);
        TraceTree shapes = new(trace.Commitment.NodeCount, trace.Leaves.SetItem(Square, new TraceLeaf(Square, [output with { ByColumn = TensorCommitment.Compute(longer, TensorLayout.ByColumn) }])));
        DisputeScene other = new(_mixed.Model, _mixed.Inputs, trace: shapes);
        Assert.Equal(RulingReason.LayoutsDiffer, other.Judge(Accusation.OfLayouts(shapes.Open(Square), 0, 0, rows, TensorEvidence.Of(TensorCommitment.Of(longer, TensorLayout.ByColumn), 0))).Reason);
    }

    [Fact]
    public void G20_another_seed_or_another_samplers_draws_are_convicted()
    {
        // The draws of the other Multinomial, which has the same graph node but for its place.
        TensorValue first = _chance.Output(0, 0);
        TensorValue second = _chance.Output(1, 0);
        Assert.NotEqual(first, second);
        foreach ((int node, TensorValue drawn) in new[] { (0, second), (1, first) })
        {
            int element = Enumerable.Range(0, first.Length).First(i => first.AsSpan<int>()[i] != second.AsSpan<int>()[i]);
            DisputeScene wrong = new(_chance.Model, _chance.Inputs, new AlteredRun(_chance.Model, _chance.Inputs, _options, (k, _, tensor) => k == node ? drawn : tensor));
            RefereeRuling ruling = wrong.Judge(wrong.Accuse(node, 0, element));
            Assert.Equal((RulingReason.ElementDiffers, (ulong)drawn.AsSpan<int>()[element]), (ruling.Reason, ruling.Claimed));
            Assert.Equal(RulingReason.ElementAgrees, _chance.Judge(_chance.Accuse(node, 0, element)).Reason);
        }

        DisputeScene seed = new(_chance.Model, _chance.Inputs, new AlteredRun(_chance.Model, _chance.Inputs, new GenerationOptions(2), static (_, _, tensor) => tensor));
        Assert.Contains(Enumerable.Range(0, first.Length), i => seed.Judge(seed.Accuse(0, 0, i)).Reason == RulingReason.ElementDiffers);
        Assert.Equal(RulingReason.ElementDiffers, seed.Judge(seed.Accuse(2, 0, 0)).Reason);
    }

    [Fact]
    public void B10_inputs_that_the_model_does_not_declare_convict_whoever_claims_on_them()
    {
        OnnxModel model = new OnnxModelBuilder(17).Input("a", ElementType.Float32, "N", 2).Input("b", ElementType.Float32, "N", 2).Node("Add", ["a", "b"], ["y"])
            .Output("y", ElementType.Float32, "N", 2).Build();
        DisputeScene Claim(long[] a, long[] b) => new(model, new NamedTensors([KeyValuePair.Create("a", Graph.SampleModels.Ramp(a)), KeyValuePair.Create("b", Graph.SampleModels.Ramp(b))]));
        Accusation Accuse(DisputeScene scene) => Accusation.OfInterface(
            [.. new[] { scene.Inputs["a"], scene.Inputs["b"], scene.Output(0, 0) }.Select((tensor, i) => new InputEvidence(i, null, TensorEvidence.Of(TensorCommitment.Of(tensor))))]);
        DisputeScene right = Claim([3, 2], [3, 2]);
        Assert.Equal(RulingReason.WellFormed, right.Judge(Accuse(right)).Reason);

        // A dimension of one name with two lengths, and one of another length than the declared one.
        foreach (DisputeScene wrong in new[] { Claim([3, 2], [1, 2]), Claim([3, 1], [3, 1]) })
        {
            Assert.Equal(RulingReason.InterfaceViolated, wrong.Judge(Accuse(wrong)).Reason);
            Assert.Equal(RulingReason.EvidenceNotCommitted, right.Judge(Accuse(wrong)).Reason);
        }

        Accusation beyond = Accusation.OfInterface([new InputEvidence(3, null, TensorEvidence.Of(TensorCommitment.Of(right.Inputs["a"])))]);
        Assert.Equal(RulingReason.InputSuperfluous, right.Judge(beyond).Reason);
    }

    [Fact]
    public void Inputs_that_an_operator_refuses_convict_because_no_run_has_them()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("cnn-1");
        AlteredRun altered = new(model, inputs, _options, static (node, _, tensor) => node == 1 ? TensorValue.Take(tensor.Type, new TensorShape(tensor.Length), tensor.Bytes) : tensor, false);
        DisputeScene wrong = new(model, inputs, altered);
        Assert.Equal(RulingReason.InputsDoNotFit, wrong.Judge(wrong.AccuseSignature(2, 0)).Reason);
        Assert.Equal(RulingReason.SignatureDiffers, wrong.Judge(wrong.AccuseSignature(1, 0)).Reason);
    }

    [Fact]
    public void I1_I2_I3_evidence_that_is_not_the_claims_own_complete_and_in_order_decides_nothing()
    {
        Accusation good = _mixed.Accuse(Dot, 0, 4);
        Assert.Equal(RulingReason.ElementAgrees, _mixed.Judge(good).Reason);
        InputEvidence left = good.Inputs[0];
        InputEvidence right = good.Inputs[1];
        DisputeScene other = Altered(_mixed, Split, 0, 3);
        (RulingReason Reason, Accusation Accusation)[] cases =
        [
            (RulingReason.InputMissing, With(good, [])),
            (RulingReason.InputMissing, With(good, [left])),
            (RulingReason.InputMissing, With(good, [right])),
            (RulingReason.InputSuperfluous, With(good, [left, right, new InputEvidence(2, null, left.Tensor)])),
            (RulingReason.EvidenceNotCommitted, With(good, [new InputEvidence(0, left.Leaf, right.Tensor), right])),
            (RulingReason.LeafNotOfTrace, With(good, [new InputEvidence(0, null, left.Tensor), right])),
            (RulingReason.LeafNotOfTrace, With(good, [new InputEvidence(0, right.Leaf, left.Tensor), right])),
            (RulingReason.EvidenceIncomplete, With(good, [new InputEvidence(0, left.Leaf, new TensorEvidence(left.Tensor.Header, left.Tensor.Root, [])), right])),
            (RulingReason.LeafNotOfTrace, With(good, [new InputEvidence(0, other.Trace.Open(Split), TensorEvidence.Of(TensorCommitment.Of(other.Output(Split, 0)), 0)), right])),
            (RulingReason.EvidenceNotCommitted, With(good, [new InputEvidence(0, left.Leaf, TensorEvidence.Of(TensorCommitment.Of(other.Output(Split, 0)), 0)), right])),
            (RulingReason.EvidenceNotCommitted, With(good, [left, new InputEvidence(1, right.Leaf, TensorEvidence.Of(TensorCommitment.Of(_mixed.Output(4, 0)), 0))])),
            (RulingReason.LeafNotOfTrace, other.Accuse(Dot, 0, 4)),
            (RulingReason.EvidenceNotCommitted, Accusation.OfElement(good.Leaf!, 0, 4, _mixed.Accuse(Square, 0, 0).Accused!, good.Inputs)),
            (RulingReason.NoSuchElement, Accusation.OfElement(good.Leaf!, 0, 9, good.Accused!, good.Inputs)),
            (RulingReason.EvidenceIncomplete, Accusation.OfElement(good.Leaf!, 0, 4, new TensorEvidence(good.Accused!.Header, good.Accused.Root, []), good.Inputs)),
            (RulingReason.NoSuchOutput, Accusation.OfElement(good.Leaf!, 1, 4, good.Accused, good.Inputs)),
            (RulingReason.NoSuchOutput, Accusation.OfElement(good.Leaf!, 0, 4, TensorEvidence.Of(_mixed.Commit(Dot, 0, TensorLayout.ChannelsLast), 0), good.Inputs)),
        ];
        foreach ((RulingReason reason, Accusation accusation) in cases)
        {
            RefereeRuling ruling = _mixed.Judge(accusation);
            Assert.Equal((RulingKind.None, reason), (ruling.Kind, ruling.Reason));
        }
    }

    [Fact]
    public void I6_models_with_an_operator_without_a_definition_have_no_referee()
    {
        OnnxModel model = new OnnxModelBuilder(17).Input("x", ElementType.Float32, 2).Node("NoSuchThing", ["x"], ["y"]).Output("y", ElementType.Float32, 2).Build();
        Assert.False(CanonicalReferee.TryCreate(model, null, out CanonicalReferee? referee, out ModelRefusal? refusal));
        Assert.Null(referee);
        Assert.Equal(ModelRefusalReason.UnsupportedOperator, refusal.Reason);
    }

    [Fact]
    public void The_reason_says_what_follows()
    {
        foreach (RulingReason reason in Enum.GetValues<RulingReason>())
        {
            RulingKind expected = reason.ToString().EndsWith("Differs", StringComparison.Ordinal) || reason.ToString().EndsWith("Differ", StringComparison.Ordinal)
                || reason is RulingReason.InputsDoNotFit or RulingReason.LeafMalformed or RulingReason.OutputNotOfTrace or RulingReason.InterfaceViolated ? RulingKind.Convicted
                : reason.ToString().Contains("Agree", StringComparison.Ordinal) || reason == RulingReason.WellFormed ? RulingKind.Acquitted
                : RulingKind.None;
            Assert.Equal(expected, RefereeRuling.Of(reason).Kind);
        }

        Assert.Equal(RulingKind.None, default(RefereeRuling).Kind);
    }

    internal static DisputeScene Scene(string name, int rows = 2)
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make(name);
        return rows == 2 ? new DisputeScene(model, inputs) : new DisputeScene(model, NamedTensors.Of(inputs.Single().Key, ShippedModels.Input(ShippedModels.Paths.Single(path => Path.GetFileName(path) == name), rows).Input));
    }

    internal static JudgedModel Judged(OnnxModel model) => JudgedModel.TryCreate(model, out JudgedModel? judged, out _) ? judged : throw new InvalidOperationException();

    internal static IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>> Outputs(DisputeScene scene) => scene.Claimed.GetOutputsAsync(ImmutableHashSet<int>.Empty).AsTask().GetAwaiter().GetResult();

    private static DisputeScene Altered(DisputeScene honest, int node, int output, int element) => new(honest.Model, honest.Inputs,
        new AlteredRun(honest.Model, honest.Inputs, _options, (k, o, tensor) => k == node && o == output ? AlteredRun.ChangeElement(tensor, element) : tensor, false));

    private static RefereeRuling Wrong(DisputeScene honest, int node, int output, int element)
    {
        DisputeScene wrong = Altered(honest, node, output, element);
        return wrong.Judge(wrong.Accuse(node, output, element));
    }

    private static Accusation With(Accusation accusation, ImmutableArray<InputEvidence> inputs) =>
        Accusation.OfElement(accusation.Leaf!, accusation.Output, accusation.Element, accusation.Accused!, inputs);

    private static TensorValue Xor(TensorValue tensor, int element, int bits)
    {
        float[] values = tensor.AsSpan<float>().ToArray();
        values[element] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(values[element]) ^ bits);
        return TensorValue.Create(values, [.. tensor.Shape.Lengths]);
    }
}
