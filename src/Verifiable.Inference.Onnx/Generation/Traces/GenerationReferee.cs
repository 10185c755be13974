using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>
/// Checks steps of a generation against what they are committed to: claim and wiring from steps alone, the choice of a token from its logits, the whole of a step by running the model once. It
/// believes nothing but commitments, and answers whatever a claim holds. Thread-safe.
/// </summary>
public sealed class GenerationReferee
{
    private readonly DecoderModel _decoder;
    private readonly TracePlan _plan;
    private readonly CutPoints _cuts;
    private readonly TokenVocabulary? _vocabulary;
    private readonly Lazy<Digest> _basis;

    /// <summary>Creates a referee.</summary>
    /// <param name="decoder">The model, with the settings that the claim's id stands for.</param>
    /// <param name="cuts">The cut points of the traces, as who made them opens them; <see langword="null"/> for full traces.</param>
    /// <param name="vocabulary">The tokens' bytes, where stop texts are allowed.</param>
    /// <exception cref="InvalidOperationException">A graph node of the model has more outputs than a leaf may hold.</exception>
    /// <exception cref="ArgumentException">The cut points name a graph node that the model does not have: who opens such a rule has not opened its trace.</exception>
    public GenerationReferee(DecoderModel decoder, CutPoints? cuts = null, TokenVocabulary? vocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        _decoder = decoder;
        _plan = TracePlan.Of(decoder.Engine);
        _cuts = cuts ?? CutPoints.All;
        _ = TraceCuts.Of(_cuts, _plan.Nodes.Length);
        _vocabulary = vocabulary;
        _basis = new Lazy<Digest>(() => StepRecorder.BasisOf(new GenerationEngine(decoder, vocabulary).Description.ModelId, _cuts));
    }

    /// <summary>Checks what a claim says against its steps: that they are those of its trace, how they are wired, where they stop, and that its outputs are their tokens.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="outputs">The claim's outputs, opened.</param>
    /// <param name="trace">The claim's trace.</param>
    /// <param name="steps">All steps of the trace.</param>
    /// <param name="step">The number of the first step at fault; 0 where it is none of them.</param>
    public StepFault CheckClaim(GenerationRequest request, NamedTensors outputs, TraceCommitment trace, ImmutableArray<GenerationStep> steps, out int step)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(trace);
        step = 0;
        if (steps.IsDefaultOrEmpty || steps.Any(static claimed => claimed.Token < 0) || new GenerationTrace(steps).Commitment != trace)
        {
            return StepFault.NotOpened;
        }

        StepFault fault = CheckWiring(request, steps, out step);
        return fault != StepFault.None ? fault
            : outputs.Equals(GenerationEngine.OutputsOf([.. steps.Select(static claimed => claimed.Token)])) ? StepFault.None
            : StepFault.Output;
    }

    /// <summary>Checks how steps are wired and where they stop, by the steps alone.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="steps">All steps of the trace.</param>
    /// <param name="step">The number of the first step at fault.</param>
    public StepFault CheckWiring(GenerationRequest request, ImmutableArray<GenerationStep> steps, out int step)
    {
        step = 0;
        if (!_decoder.TryBegin(request, _vocabulary, out GenerationSequence? sequence, out _))
        {
            return StepFault.Request;
        }

        if (steps.IsDefaultOrEmpty)
        {
            return StepFault.Wiring;
        }

        if (steps[0].Basis != _basis.Value)
        {
            return StepFault.OtherBasis;
        }

        for (step = 0; step < steps.Length; step++)
        {
            if (sequence.Stop != StopReason.None || steps[step].Basis != steps[0].Basis || !IsFedRightly(request, steps, step))
            {
                return StepFault.Wiring;
            }

            sequence.Append(steps[step].Token);
            if (steps[step].Stop != sequence.Stop)
            {
                return StepFault.Stop;
            }
        }

        step = steps.Length - 1;
        return sequence.Stop != StopReason.None ? StepFault.None : StepFault.Wiring;
    }

    /// <summary>Checks the choice of a token by the sampler's definition.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="steps">The steps up to the one in question at least, whose wiring holds.</param>
    /// <param name="step">The step's number.</param>
    /// <param name="logits">The logits, opened.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public StepFault CheckToken(GenerationRequest request, ImmutableArray<GenerationStep> steps, int step, ReadOnlySpan<float> logits)
    {
        RequireStep(steps, step);
        if (!_decoder.TryBegin(request, _vocabulary, out _, out _) || !DecodingOptions.TryRead(request.Options, out DecodingOptions? options, out _))
        {
            return StepFault.Request;
        }

        if (logits.Length != _decoder.VocabularySize || StepRecorder.CommitTo(logits) != steps[step].Logits)
        {
            return StepFault.NotOpened;
        }

        int[] history = [.. request.Prompt, .. steps.Take(step).Select(static earlier => earlier.Token)];
        return TokenSampler.Element(logits, history, (uint)history.Length, request.Options.Seed, options) == steps[step].Token ? StepFault.None : StepFault.Token;
    }

    /// <summary>Runs a step again from what it is committed to have started from.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="steps">The steps up to the one in question at least.</param>
    /// <param name="step">The step's number.</param>
    /// <param name="rows">The keys and values that each earlier step added, by the names of the model's outputs: opened against <see cref="GenerationStep.Rows"/>.</param>
    /// <param name="cancellationToken">Stops the run within one operator.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    /// <exception cref="InvalidOperationException">The model does not fit its own declarations, or a limit of this referee's engine is passed: no fault of a claim.</exception>
    public async ValueTask<StepFault> RunAgainAsync(
        GenerationRequest request, ImmutableArray<GenerationStep> steps, int step, IReadOnlyList<NamedTensors> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        RequireStep(steps, step);
        if (!_decoder.TryBegin(request, _vocabulary, out GenerationSequence? sequence, out _))
        {
            return StepFault.Request;
        }

        GenerationStep claimed = steps[step];
        if (claimed.Basis != _basis.Value)
        {
            return StepFault.OtherBasis;
        }

        for (int i = 0; i < step; i++)
        {
            if (!IsToken(steps[i].Token))
            {
                return StepFault.Wiring;
            }

            sequence.Append(steps[i].Token);
            if (sequence.Stop != StopReason.None)
            {
                return StepFault.Wiring;
            }
        }

        (int past, int[] tokens) = InputsOf(request, steps, step);
        if (claimed.Past != past || claimed.Tokens != StepRecorder.CommitTo(tokens))
        {
            return StepFault.Wiring;
        }

        // Without a cache nothing of earlier steps goes in but their tokens.
        DecoderRun run = _decoder.Start(1);
        List<ImmutableArray<KeyValuePair<string, TensorValue>>> opened = [];
        for (int i = 0; _decoder.KeepsCache && i < step; i++)
        {
            if (rows.Count <= i || !run.TryOrder(rows[i], i == 0 ? request.Prompt.Length : 1, out ImmutableArray<KeyValuePair<string, TensorValue>> ordered)
                || StepRecorder.CommitTo(ordered) != steps[i].Rows)
            {
                return StepFault.NotOpened;
            }

            opened.Add(ordered);
        }

        if (opened.Count > 0)
        {
            run.Resume([.. request.Prompt, .. steps.Take(step - 1).Select(static earlier => earlier.Token)], opened);
        }

        StepRecorder recorder = new(_decoder, _plan, _cuts);
        TraceRecorder? trace = null;
        ReadOnlyMemory<float> logits = await run.StepAsync([tokens], inputs => trace = recorder.Begin(inputs, cancellationToken), cancellationToken).ConfigureAwait(false);
        GeneratedToken token = sequence.Take(logits.Span);
        GenerationStep again = StepRecorder.ToStep(_basis.Value, past, tokens, trace!.ToTree().Commitment, logits.Span, run.NewRows(), token.Id, token.Stop);
        return again.Trace != claimed.Trace ? StepFault.Trace
            : again.Logits != claimed.Logits ? StepFault.Logits
            : again.Rows != claimed.Rows ? StepFault.Rows
            : again.Token != claimed.Token ? StepFault.Token
            : again.Stop != claimed.Stop ? StepFault.Stop
            : StepFault.None;
    }

    private static void RequireStep(ImmutableArray<GenerationStep> steps, int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, steps.IsDefault ? 0 : steps.Length);
    }

    private bool IsToken(int token) => token >= 0 && token < _decoder.VocabularySize;

    private bool IsFedRightly(GenerationRequest request, ImmutableArray<GenerationStep> steps, int step)
    {
        (int past, int[] tokens) = InputsOf(request, steps, step);
        return steps[step].Past == past && steps[step].Tokens == StepRecorder.CommitTo(tokens) && IsToken(steps[step].Token);
    }

    // The tokens that a step is to be fed, and how many came before them.
    private (int Past, int[] Tokens) InputsOf(GenerationRequest request, ImmutableArray<GenerationStep> steps, int step)
    {
        if (_decoder.KeepsCache)
        {
            return step == 0 ? (0, [.. request.Prompt]) : (request.Prompt.Length + step - 1, [steps[step - 1].Token]);
        }

        return (0, [.. request.Prompt, .. steps.Take(step).Select(static earlier => earlier.Token)]);
    }
}
