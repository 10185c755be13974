using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>Commits to the steps of one generation. Used by one thread.</summary>
internal sealed class StepRecorder
{
    private readonly CanonicalEngine _engine;
    private readonly TracePlan _plan;
    private readonly CutPoints _options;
    private TraceCuts? _cuts;
    private ShapePlan? _shapes;

    internal StepRecorder(DecoderModel decoder, TracePlan plan, CutPoints options)
    {
        _engine = decoder.Engine;
        _plan = plan;
        _options = options;
        _cuts = TraceCuts.Of(options, plan.Nodes.Length);
    }

    /// <summary>Begins the trace of the next run.</summary>
    internal TraceRecorder Begin(NamedTensors inputs, CancellationToken cancellationToken)
    {
        if (_options.WorkPerByte > 0)
        {
            _shapes = _engine.PlanShapes(inputs, cancellationToken, _shapes);
            TraceCuts? found = TraceWork.FindCuts(_shapes, _options.WorkPerByte);

            // The same set again, so that the engine knows its plan by it.
            _cuts = found is not null && _cuts is not null && found.Nodes.AsSpan().SequenceEqual(_cuts.Nodes.AsSpan()) ? _cuts : found;
        }

        return new TraceRecorder(_plan, _cuts, _options.WorkPerByte, _engine.Threads);
    }

    /// <summary>Commits to what the traces of a generator are made by.</summary>
    /// <param name="generator">The id that stands for the model.</param>
    /// <param name="cuts">The cut points.</param>
    internal static Digest BasisOf(Digest generator, CutPoints cuts)
    {
        CanonicalWriter writer = new(stackalloc byte[256]);
        writer.WriteDomain("vinf/generation-basis/v1");
        writer.WriteDigest(generator);
        writer.WriteUInt32((uint)cuts.Step);
        writer.WriteUInt64((ulong)cuts.WorkPerByte);
        writer.WriteBoolean(cuts.Nodes is not null);
        foreach (int node in cuts.Nodes ?? [])
        {
            writer.WriteUInt32((uint)node);
        }

        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }

    /// <summary>Commits to a step.</summary>
    internal static GenerationStep ToStep(Digest basis, int past, ReadOnlySpan<int> tokens, TraceCommitment trace, ReadOnlySpan<float> logits, ImmutableArray<KeyValuePair<string, TensorValue>> rows, int token, StopReason stop) => new()
    {
        Basis = basis,
        Past = (uint)past,
        Tokens = CommitTo(tokens),
        Trace = trace,
        Logits = CommitTo(logits),
        Rows = CommitTo(rows),
        Token = token,
        Stop = stop,
    };

    internal static Digest CommitTo(ReadOnlySpan<int> tokens)
    {
        long[] elements = new long[tokens.Length];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = tokens[i];
        }

        return TensorCommitment.Compute(TensorValue.Create(elements, elements.Length));
    }

    internal static Digest CommitTo(ReadOnlySpan<float> logits) => TensorCommitment.Compute(TensorValue.Create(logits, new TensorShape(logits.Length)));

    // Digests and no set of named commitments: a decoder may have more caches than that holds.
    internal static Digest CommitTo(ImmutableArray<KeyValuePair<string, TensorValue>> rows)
    {
        CanonicalWriter writer = new(stackalloc byte[512]);
        writer.WriteDomain("vinf/generation-rows/v1");
        writer.WriteUInt32((uint)rows.Length);
        foreach ((string _, TensorValue value) in rows)
        {
            writer.WriteDigest(TensorCommitment.Compute(value));
        }

        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }
}
