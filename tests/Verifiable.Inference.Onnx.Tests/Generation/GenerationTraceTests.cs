using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Generation;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Generation;

public sealed class GenerationTraceTests
{
    private static readonly DecodingOptions _options = new() { Temperature = 1.1, TopP = 0.95, RepetitionPenalty = 1.1, MaxNewTokens = 9 };

    public static TheoryData<DecoderStyle> Styles => [DecoderStyle.Gpt2, DecoderStyle.Gpt2WithoutCache, DecoderStyle.LlamaMicrosoft];

    [Theory]
    [MemberData(nameof(Styles))]
    public async Task Every_step_follows_from_what_it_is_committed_to(DecoderStyle style)
    {
        Scene scene = await Scene.Of(style, CutPoints.All);
        Assert.Equal(StepFault.None, scene.Referee.CheckWiring(scene.Request, scene.Trace.Steps, out _));
        for (int step = 0; step < scene.Trace.Steps.Length; step++)
        {
            Assert.Equal(StepFault.None, await scene.Again(scene.Trace.Steps, step));
            Assert.True(scene.Trace.Prove(step).Verifies(scene.Trace.Commitment.Root, scene.Trace.Steps[step].ToBytes()));
        }
    }

    [Fact]
    public async Task The_engine_names_the_same_trace_again_and_the_tokens_of_one_without()
    {
        var decoder = DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2));
        TracingGenerationEngine engine = new(decoder, CutPoints.ByWork(100));
        NamedTensors inputs = GenerationEngine.InputsOf(DecoderLawTests.Prompt(6, 1));
        TracedOutputs first = await engine.RunTracedAsync(inputs, _options.ToGenerationOptions(4));
        TracedOutputs second = await new TracingGenerationEngine(DecoderModel.Create(DecoderNetworks.Make(DecoderStyle.Gpt2)), CutPoints.ByWork(100)).RunTracedAsync(inputs, _options.ToGenerationOptions(4));
        Assert.Equal(first.Trace, second.Trace);
        Assert.Equal(first.Outputs, await engine.RunAsync(inputs, _options.ToGenerationOptions(4)));
        Assert.Equal(9, GenerationEngine.TokensOf(first.Outputs).Length);
        Assert.NotEqual(first.Trace, (await engine.RunTracedAsync(inputs, _options.ToGenerationOptions(5))).Trace);
        Assert.Equal(new GenerationEngine(decoder).Description, engine.Description);
    }

    [Fact]
    public async Task Cut_points_are_those_of_the_full_trace()
    {
        Scene cuts = await Scene.Of(DecoderStyle.Gpt2, CutPoints.ByWork(40));
        Scene full = await Scene.Of(DecoderStyle.Gpt2, CutPoints.All);
        Assert.All(cuts.Trace.Steps, step => Assert.InRange(step.Trace.LeafCount, 1, step.Trace.NodeCount - 1));
        Assert.Equal(full.Trace.Steps.Select(step => (step.Tokens, step.Logits, step.Rows, step.Token)), cuts.Trace.Steps.Select(step => (step.Tokens, step.Logits, step.Rows, step.Token)));
        Assert.Equal(StepFault.None, await cuts.Again(cuts.Trace.Steps, 5));
    }

    // Whoever runs a step again has the keys and values in memory with other room: a leaf of memory and not of values would differ.
    [Theory]
    [InlineData(DecoderStyle.Gpt2)]
    [InlineData(DecoderStyle.LlamaMicrosoft)]
    public async Task Every_graph_node_alone_may_be_the_cut_point(DecoderStyle style)
    {
        Scene full = await Scene.Of(style, CutPoints.All);
        int nodes = (int)full.Trace.Steps[0].Trace.NodeCount;
        for (int node = 0; node < nodes; node++)
        {
            Scene scene = await Scene.Of(style, CutPoints.At(node));
            Assert.Equal((node, StepFault.None), (node, await scene.Again(scene.Trace.Steps, scene.Trace.Steps.Length - 1)));
        }

        _ = await Assert.ThrowsAsync<ArgumentException>(async () => await Scene.Of(style, CutPoints.At(nodes)));
    }

    [Theory]
    [InlineData(StepFault.Trace)]
    [InlineData(StepFault.Logits)]
    [InlineData(StepFault.Rows)]
    [InlineData(StepFault.Token)]
    [InlineData(StepFault.Stop)]
    public async Task One_altered_step_is_found(StepFault altered)
    {
        Scene scene = await Scene.Of(DecoderStyle.Gpt2, CutPoints.Every(3));
        for (int at = 0; at < scene.Trace.Steps.Length; at++)
        {
            GenerationStep step = scene.Trace.Steps[at];
            var other = Digest.Of([1, 2, 3]);
            ImmutableArray<GenerationStep> steps = scene.Trace.Steps.SetItem(at, altered switch
            {
                StepFault.Trace => step with { Trace = new TraceCommitment(step.Trace.NodeCount, step.Trace.LeafCount, other) },
                StepFault.Logits => step with { Logits = other },
                StepFault.Rows => step with { Rows = other },
                StepFault.Token => step with { Token = (step.Token + 1) % 67 },
                _ => step with { Stop = step.Stop == StopReason.None ? StopReason.StopToken : StopReason.None },
            });
            Assert.NotEqual(scene.Trace.Commitment, new GenerationTrace(steps).Commitment);
            Assert.Equal(altered, await scene.Again(steps, at));
            for (int earlier = 0; earlier < at; earlier++)
            {
                Assert.Equal(StepFault.None, await scene.Again(steps, earlier));
            }

            // Later steps stand on it: altered rows no longer open, and an altered token was not the one that went in.
            if (at + 1 < steps.Length && altered is StepFault.Rows or StepFault.Token)
            {
                Assert.Equal(altered == StepFault.Rows ? StepFault.NotOpened : StepFault.Wiring, await scene.Again(steps, at + 1));
            }

            StepFault wiring = scene.Referee.CheckWiring(scene.Request, steps, out int found);
            Assert.Equal((altered, altered == StepFault.Stop) switch { (StepFault.Token, _) when at + 1 < steps.Length => StepFault.Wiring, (_, true) => StepFault.Stop, _ => StepFault.None }, wiring);
            Assert.True(wiring == StepFault.None || found == (wiring == StepFault.Stop ? at : at + 1));
        }
    }

    [Fact]
    public async Task The_choice_of_a_token_is_checked_from_its_logits_alone()
    {
        Scene scene = await Scene.Of(DecoderStyle.Gpt2, CutPoints.At());
        DecoderRun run = scene.Decoder.Start(1);
        int[] next = [.. scene.Request.Prompt];
        for (int step = 0; step < scene.Trace.Steps.Length; step++)
        {
            float[] logits = await DecoderLawTests.Step(run, next);
            Assert.Equal(StepFault.None, scene.Referee.CheckToken(scene.Request, scene.Trace.Steps, step, logits));
            GenerationStep claimed = scene.Trace.Steps[step];
            ImmutableArray<GenerationStep> altered = scene.Trace.Steps.SetItem(step, claimed with { Token = (claimed.Token + 5) % 67 });
            Assert.Equal(StepFault.Token, scene.Referee.CheckToken(scene.Request, altered, step, logits));
            logits[3] += 1;
            Assert.Equal(StepFault.NotOpened, scene.Referee.CheckToken(scene.Request, scene.Trace.Steps, step, logits));
            next = [claimed.Token];
        }
    }

    [Fact]
    public async Task Steps_too_few_too_many_or_of_another_prompt_are_no_wiring()
    {
        Scene scene = await Scene.Of(DecoderStyle.Gpt2, CutPoints.At());
        ImmutableArray<GenerationStep> steps = scene.Trace.Steps;
        Assert.Equal(StepFault.Wiring, scene.Referee.CheckWiring(scene.Request, steps[..^1], out _));
        Assert.Equal(StepFault.Wiring, scene.Referee.CheckWiring(scene.Request, steps.Add(steps[^1]), out _));
        Assert.Equal(StepFault.Wiring, scene.Referee.CheckWiring(scene.Request with { Prompt = scene.Request.Prompt.SetItem(2, 0) }, steps, out int first));
        Assert.Equal(0, first);
        Assert.Equal(StepFault.Wiring, scene.Referee.CheckWiring(scene.Request, [], out _));
    }

    [Fact]
    public async Task A_claim_is_its_steps_and_their_tokens()
    {
        Scene scene = await Scene.Of(DecoderStyle.Gpt2, CutPoints.Every(5));
        ImmutableArray<GenerationStep> steps = scene.Trace.Steps;
        int[] tokens = [.. steps.Select(step => step.Token)];
        NamedTensors outputs = GenerationEngine.OutputsOf(tokens);
        StepFault Check(NamedTensors claimed, TraceCommitment trace, ImmutableArray<GenerationStep> opened) => scene.Referee.CheckClaim(scene.Request, claimed, trace, opened, out _);
        Assert.Equal(StepFault.None, Check(outputs, scene.Trace.Commitment, steps));
        for (int i = 0; i < tokens.Length; i++)
        {
            int[] others = [.. tokens];
            others[i] = (others[i] + 1) % 67;
            Assert.Equal(StepFault.Output, Check(GenerationEngine.OutputsOf(others), scene.Trace.Commitment, steps));
            Assert.Equal(StepFault.NotOpened, Check(outputs, scene.Trace.Commitment, steps.SetItem(i, steps[i] with { Token = others[i] })));
        }

        Assert.Equal(StepFault.Output, Check(GenerationEngine.OutputsOf(tokens.AsSpan()[..^1]), scene.Trace.Commitment, steps));
        Assert.Equal(StepFault.Output, Check(NamedTensors.Empty, scene.Trace.Commitment, steps));
        Assert.Equal(StepFault.Output, Check(new NamedTensors([.. outputs, KeyValuePair.Create("more", outputs["output_ids"])]), scene.Trace.Commitment, steps));
        Assert.Equal(StepFault.Wiring, Check(outputs, new GenerationTrace(steps[..^1]).Commitment, steps[..^1]));
        Assert.Equal(StepFault.NotOpened, Check(outputs, scene.Trace.Commitment, []));
        Assert.Equal(StepFault.NotOpened, Check(outputs, scene.Trace.Commitment, default));
        Assert.Equal(StepFault.NotOpened, Check(outputs, scene.Trace.Commitment, steps.SetItem(1, steps[1] with { Token = -1 })));
    }

    // Other cut points, another cache, another context: another trace of the same tokens, for which nobody is to blame.
    [Fact]
    public async Task Steps_name_what_they_were_made_by()
    {
        Scene scene = await Scene.Of(DecoderStyle.Gpt2, CutPoints.Every(5));
        OnnxModel model = DecoderNetworks.Make(DecoderStyle.Gpt2);
        GenerationReferee[] others =
        [
            new(scene.Decoder, CutPoints.Every(4)), new(scene.Decoder), new(scene.Decoder, CutPoints.ByWork(5)), new(scene.Decoder, CutPoints.At(4, 9)), new(scene.Decoder, CutPoints.At()),
            new(DecoderModel.Create(model, new DecoderOptions { UsesCache = false }), CutPoints.Every(5)), new(DecoderModel.Create(model, new DecoderOptions { ContextLength = 50 }), CutPoints.Every(5)),
            new(scene.Decoder, CutPoints.Every(5), new TokenVocabulary([])),
        ];
        foreach (GenerationReferee other in others)
        {
            Assert.Equal(StepFault.OtherBasis, other.CheckWiring(scene.Request, scene.Trace.Steps, out _));
            Assert.Equal(StepFault.OtherBasis, await other.RunAgainAsync(scene.Request, scene.Trace.Steps, 3, scene.Rows));
        }

        Digest[] bases = [.. new[] { CutPoints.All, CutPoints.Every(2), CutPoints.ByWork(1), CutPoints.ByWork(2), CutPoints.At(), CutPoints.At(0), CutPoints.At(0, 1) }.Select(cuts => StepRecorder.BasisOf(default, cuts))];
        Assert.Equal(bases.Length, bases.Distinct().Count());
        ImmutableArray<GenerationStep> mixed = scene.Trace.Steps.SetItem(4, scene.Trace.Steps[4] with { Basis = bases[0] });
        Assert.Equal(StepFault.Wiring, scene.Referee.CheckWiring(scene.Request, mixed, out int step));
        Assert.Equal(4, step);
    }

    // Whatever a claim holds is answered.
    [Fact]
    public async Task Hostile_steps_and_rows_are_no_exception()
    {
        Scene scene = await Scene.Of(DecoderStyle.Gpt2, CutPoints.Every(5));
        ImmutableArray<GenerationStep> steps = scene.Trace.Steps;
        foreach (int token in (int[])[67, int.MaxValue, -1, int.MinValue])
        {
            ImmutableArray<GenerationStep> altered = steps.SetItem(2, steps[2] with { Token = token });
            Assert.Equal(StepFault.Wiring, await scene.Again(altered, 4));
            Assert.Equal(StepFault.Wiring, scene.Referee.CheckWiring(scene.Request, altered, out int found));
            Assert.Equal(2, found);
            altered = altered.SetItem(3, altered[3] with { Tokens = StepRecorder.CommitTo([token]) });
            Assert.Equal(StepFault.Wiring, await scene.Again(altered, 3));
        }

        ImmutableArray<GenerationStep> longer = [.. Enumerable.Range(0, 200).Select(i => steps[Math.Min(i, 3)])];
        Assert.Equal(StepFault.Wiring, await scene.Again(longer, 150));
        List<NamedTensors> rows = scene.Rows;
        NamedTensors[][] wrong =
        [
            [], [rows[0]], [rows[0], null!, rows[2]], [rows[0], NamedTensors.Empty, rows[2]], [rows[1], rows[0], rows[2]], [rows[0], rows[2], rows[1]],
            [rows[0], new NamedTensors(rows[1].Select(pair => KeyValuePair.Create(pair.Key + "x", pair.Value))), rows[2]],
            [rows[0], new NamedTensors(rows[1].Select(pair => KeyValuePair.Create(pair.Key, TensorValue.Create([1L], 1)))), rows[2]],
        ];
        foreach (NamedTensors[] opened in wrong)
        {
            Assert.Equal(StepFault.NotOpened, await scene.Referee.RunAgainAsync(scene.Request, steps, 3, opened));
        }

        GenerationRequest[] requests = [scene.Request with { Prompt = [] }, scene.Request with { Prompt = [67] }, scene.Request with { Options = new(1, ImmutableSortedDictionary<string, string>.Empty.Add("top-k", "x")) }];
        foreach (GenerationRequest request in requests)
        {
            Assert.Equal(StepFault.Request, await scene.Referee.RunAgainAsync(request, steps, 3, rows));
            Assert.Equal(StepFault.Request, scene.Referee.CheckWiring(request, steps, out _));
            Assert.Equal(StepFault.Request, scene.Referee.CheckToken(request, steps, 3, new float[67]));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await scene.Again(steps, steps.Length));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await scene.Again(default, 0));
    }

    [Fact]
    public async Task A_steps_bytes_have_one_reading()
    {
        Scene scene = await Scene.Of(DecoderStyle.Gpt2, CutPoints.At());
        byte[] bytes = scene.Trace.Steps[^1].ToBytes();
        Assert.True(Canonical.TryRead(bytes, out GenerationStep? read));
        Assert.Equal(scene.Trace.Steps[^1], read);
        int taken = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] flipped = [.. bytes];
                flipped[i] ^= (byte)(1 << bit);
                if (Canonical.TryRead(flipped, out GenerationStep? other))
                {
                    taken++;
                    Assert.NotEqual(read, other);
                    Assert.Equal(flipped, other.ToBytes());
                }
            }

            Assert.False(Canonical.TryRead(bytes.AsSpan(0, i), out GenerationStep? _));
        }

        Assert.InRange(taken, 1, 8 * bytes.Length);
        Assert.False(Canonical.TryRead((byte[])[.. bytes, 0], out GenerationStep? _));
    }

    private sealed record Scene(DecoderModel Decoder, GenerationRequest Request, GenerationReferee Referee, GenerationTrace Trace, List<NamedTensors> Rows)
    {
        internal static async Task<Scene> Of(DecoderStyle style, CutPoints cuts)
        {
            var decoder = DecoderModel.Create(DecoderNetworks.Make(style));
            GenerationRequest request = DecoderLawTests.Request(7, 3, _options);
            List<NamedTensors> rows = [];
            GenerationTrace trace = await new TracingGenerationEngine(decoder, cuts).TraceAsync(request, rows);
            return new Scene(decoder, request, new GenerationReferee(DecoderModel.Create(DecoderNetworks.Make(style)), cuts), trace, rows);
        }

        internal async Task<StepFault> Again(ImmutableArray<GenerationStep> steps, int step) => await Referee.RunAgainAsync(Request, steps, step, Rows);
    }
}
