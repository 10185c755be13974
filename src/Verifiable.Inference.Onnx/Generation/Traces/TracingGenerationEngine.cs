using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>A generation engine that commits to every step: a provider that has it names the trace in its claims. Safe to call from several threads at once.</summary>
public sealed class TracingGenerationEngine : ITracingEngine
{
    private readonly DecoderModel _decoder;
    private readonly TokenVocabulary? _vocabulary;
    private readonly GenerationEngine _engine;
    private readonly TracePlan _plan;
    private readonly CutPoints _cuts;

    /// <summary>Creates an engine.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="cuts">Which graph nodes of the model have leaves in the trace of a step; <see langword="null"/> for all.</param>
    /// <param name="vocabulary">The tokens' bytes; without them stop texts are refused.</param>
    /// <exception cref="InvalidOperationException">A graph node of the model has more outputs than a leaf may hold.</exception>
    /// <exception cref="ArgumentException">The cut points name a graph node that the model does not have.</exception>
    public TracingGenerationEngine(DecoderModel decoder, CutPoints? cuts = null, TokenVocabulary? vocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        _decoder = decoder;
        _vocabulary = vocabulary;
        _engine = new GenerationEngine(decoder, vocabulary);
        _plan = TracePlan.Of(decoder.Engine);
        _cuts = cuts ?? CutPoints.All;
        _ = TraceCuts.Of(_cuts, _plan.Nodes.Length);
    }

    /// <inheritdoc/>
    public EngineDescription Description => _engine.Description;

    /// <summary>Computes the new tokens only, without a trace.</summary>
    /// <inheritdoc/>
    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) => _engine.RunAsync(inputs, options, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<TracedOutputs> RunTracedAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        GenerationTrace trace = await TraceAsync(GenerationEngine.RequestOf(inputs, options), null, cancellationToken).ConfigureAwait(false);
        return new TracedOutputs(GenerationEngine.OutputsOf([.. trace.Steps.Select(static step => step.Token)]), trace.Commitment);
    }

    /// <summary>Computes the new tokens and the trace of every step.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="rows">Takes the keys and values that each step adds, which open the start of later ones; <see langword="null"/> where they are not kept.</param>
    /// <param name="cancellationToken">Stops within one operator of the step at work.</param>
    /// <exception cref="ArgumentException">The request does not fit the decoder; the message lists every fault.</exception>
    public async ValueTask<GenerationTrace> TraceAsync(GenerationRequest request, ICollection<NamedTensors>? rows = null, CancellationToken cancellationToken = default)
    {
        GenerationSequence sequence = _decoder.Begin(request, _vocabulary);
        StepRecorder recorder = new(_decoder, _plan, _cuts);
        ImmutableArray<GenerationStep>.Builder steps = ImmutableArray.CreateBuilder<GenerationStep>();
        Digest basis = StepRecorder.BasisOf(Description.ModelId, _cuts);
        DecoderRun run = _decoder.Start(1);
        int[] next = [.. sequence.Tokens];
        while (sequence.Stop == StopReason.None)
        {
            TraceRecorder? trace = null;
            int past = _decoder.KeepsCache ? run.Length : 0;
            ReadOnlyMemory<float> logits = await run.StepAsync([next], inputs => trace = recorder.Begin(inputs, cancellationToken), cancellationToken).ConfigureAwait(false);
            int[] fed = _decoder.KeepsCache ? next : [.. sequence.Tokens];
            GeneratedToken token = sequence.Take(logits.Span);
            ImmutableArray<KeyValuePair<string, TensorValue>> added = run.NewRows();
            steps.Add(StepRecorder.ToStep(basis, past, fed, trace!.ToTree().Commitment, logits.Span, added, token.Id, token.Stop));
            rows?.Add(new NamedTensors(added));
            next = [token.Id];
        }

        return new GenerationTrace(steps.ToImmutable());
    }
}
