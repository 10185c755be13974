using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Generation;
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
        var decoder = Decoder.Create(DecoderNetworks.Make(DecoderStyle.Gpt2));
        TracingGenerationEngine engine = new(decoder, CutPoints.ByWork(100));
        NamedTensors inputs = GenerationEngine.InputsOf(DecoderLawTests.Prompt(6, 1));
        TracedOutputs first = await engine.RunTracedAsync(inputs, _options.ToGenerationOptions(4));
        TracedOutputs second = await new TracingGenerationEngine(Decoder.Create(DecoderNetworks.Make(DecoderStyle.Gpt2)), CutPoints.ByWork(100)).RunTracedAsync(inputs, _options.ToGenerationOptions(4));
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

    private sealed record Scene(Decoder Decoder, GenerationRequest Request, GenerationReferee Referee, GenerationTrace Trace, List<NamedTensors> Rows)
    {
        internal static async Task<Scene> Of(DecoderStyle style, CutPoints cuts)
        {
            var decoder = Decoder.Create(DecoderNetworks.Make(style));
            GenerationRequest request = DecoderLawTests.Request(7, 3, _options);
            List<NamedTensors> rows = [];
            GenerationTrace trace = await new TracingGenerationEngine(decoder, cuts).TraceAsync(request, rows);
            return new Scene(decoder, request, new GenerationReferee(Decoder.Create(DecoderNetworks.Make(style)), cuts), trace, rows);
        }

        internal async Task<StepFault> Again(ImmutableArray<GenerationStep> steps, int step) => await Referee.RunAgainAsync(Request, steps, step, Rows);
    }
}
