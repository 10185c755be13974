using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// Checks steps of a generation against what they are committed to: the wiring from steps alone, the choice of a token from its logits, the whole of a step by running the model once. It
/// believes nothing but commitments. Thread-safe.
/// </summary>
public sealed class GenerationReferee
{
    private readonly Decoder _decoder;
    private readonly TracePlan _plan;
    private readonly CutPoints _cuts;
    private readonly TokenVocabulary? _vocabulary;

    /// <summary>Creates a referee.</summary>
    /// <param name="decoder">The model, which keeps keys and values.</param>
    /// <param name="cuts">The cut points of the traces; <see langword="null"/> for full traces.</param>
    /// <param name="vocabulary">The tokens' bytes, where stop texts are allowed.</param>
    public GenerationReferee(Decoder decoder, CutPoints? cuts = null, TokenVocabulary? vocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        _decoder = decoder;
        _plan = TracePlan.Of(decoder.Engine);
        _cuts = cuts ?? CutPoints.All;
        _vocabulary = vocabulary;
    }

    /// <summary>Checks how steps are wired and where they stop, by the steps alone.</summary>
    /// <param name="request">What was asked for; it fits the decoder.</param>
    /// <param name="steps">All steps of the trace.</param>
    /// <param name="step">The number of the first step at fault.</param>
    public StepFault CheckWiring(GenerationRequest request, ImmutableArray<GenerationStep> steps, out int step)
    {
        GenerationSequence sequence = _decoder.Begin(request, _vocabulary);
        for (step = 0; step < steps.Length; step++)
        {
            (int past, ReadOnlyMemory<int> tokens) = InputsOf(request, steps, step);
            if (steps[step].Past != past || steps[step].Tokens != StepRecorder.CommitTo(tokens.Span) || sequence.Stop != StopReason.None || steps[step].Token >= _decoder.VocabularySize)
            {
                return StepFault.Wiring;
            }

            sequence.Append(steps[step].Token);
            if (steps[step].Stop != sequence.Stop)
            {
                return StepFault.Stop;
            }
        }

        step = Math.Max(0, steps.Length - 1);
        return sequence.Stop != StopReason.None ? StepFault.None : StepFault.Wiring;
    }

    /// <summary>Checks the choice of a token by the sampler's definition.</summary>
    /// <param name="request">What was asked for; it fits the decoder.</param>
    /// <param name="steps">The steps up to the one in question at least, whose wiring holds.</param>
    /// <param name="step">The step's number.</param>
    /// <param name="logits">The logits, opened.</param>
    public StepFault CheckToken(GenerationRequest request, ImmutableArray<GenerationStep> steps, int step, ReadOnlySpan<float> logits)
    {
        _ = _decoder.Begin(request, _vocabulary);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, steps.Length);
        if (logits.Length != _decoder.VocabularySize || StepRecorder.CommitTo(logits) != steps[step].Logits || !DecodingOptions.TryRead(request.Options, out DecodingOptions? options, out _))
        {
            return StepFault.NotOpened;
        }

        int[] history = [.. request.Prompt, .. steps.Take(step).Select(static earlier => earlier.Token)];
        return TokenSampler.Element(logits, history, (uint)history.Length, request.Options.Seed, options) == steps[step].Token ? StepFault.None : StepFault.Token;
    }

    /// <summary>Runs a step again from what it is committed to have started from.</summary>
    /// <param name="request">What was asked for; it fits the decoder.</param>
    /// <param name="steps">The steps up to the one in question at least, whose wiring holds.</param>
    /// <param name="step">The step's number.</param>
    /// <param name="rows">The keys and values that each earlier step added, by the names of the model's outputs: opened against <see cref="GenerationStep.Rows"/>.</param>
    /// <param name="cancellationToken">Stops the run within one operator.</param>
    public async ValueTask<StepFault> RunAgainAsync(
        GenerationRequest request, ImmutableArray<GenerationStep> steps, int step, IReadOnlyList<NamedTensors> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, steps.Length);
        GenerationSequence sequence = _decoder.Begin(request, _vocabulary);
        (int past, ReadOnlyMemory<int> tokens) = InputsOf(request, steps, step);
        if (steps[step].Past != past || steps[step].Tokens != StepRecorder.CommitTo(tokens.Span))
        {
            return StepFault.Wiring;
        }

        DecoderRun run = _decoder.Start(1);
        for (int i = 0; i < step; i++)
        {
            (int before, ReadOnlyMemory<int> fed) = InputsOf(request, steps, i);
            if (rows.Count <= i || !run.TryAppend(fed.ToArray(), before, rows[i], out ImmutableArray<KeyValuePair<string, TensorValue>> ordered) || StepRecorder.CommitTo(ordered) != steps[i].Rows)
            {
                return StepFault.NotOpened;
            }

            sequence.Append(steps[i].Token);
        }

        StepRecorder recorder = new(_decoder, _plan, _cuts);
        TraceRecorder? trace = null;
        ReadOnlyMemory<float> logits = await run.StepAsync([tokens[(_decoder.KeepsCache ? 0 : run.Length)..].ToArray()], inputs => trace = recorder.Begin(inputs, cancellationToken), cancellationToken).ConfigureAwait(false);
        GeneratedToken token = sequence.Take(logits.Span);
        GenerationStep again = StepRecorder.ToStep(past, tokens.Span, trace!.ToTree().Commitment, logits.Span, run.NewRows(), token.Id, token.Stop);
        GenerationStep claimed = steps[step];
        return again.Trace != claimed.Trace ? StepFault.Trace
            : again.Logits != claimed.Logits ? StepFault.Logits
            : again.Rows != claimed.Rows ? StepFault.Rows
            : again.Token != claimed.Token ? StepFault.Token
            : again.Stop != claimed.Stop ? StepFault.Stop
            : StepFault.None;
    }

    // The tokens that a step is to be fed, and how many came before them.
    private (int Past, ReadOnlyMemory<int> Tokens) InputsOf(GenerationRequest request, ImmutableArray<GenerationStep> steps, int step)
    {
        if (_decoder.KeepsCache)
        {
            return step == 0 ? (0, request.Prompt.ToArray()) : (request.Prompt.Length + step - 1, new[] { steps[step - 1].Token });
        }

        return (0, (int[])[.. request.Prompt, .. steps.Take(step).Select(static earlier => earlier.Token)]);
    }
}
