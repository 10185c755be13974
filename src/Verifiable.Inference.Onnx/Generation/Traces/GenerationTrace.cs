using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>The steps of one generation and the tree over them: one trace a step under one root. Immutable and thread-safe.</summary>
public sealed class GenerationTrace
{
    private readonly MerkleTree _tree;

    /// <summary>Creates the trace of steps.</summary>
    /// <exception cref="ArgumentException">There are no steps.</exception>
    public GenerationTrace(ImmutableArray<GenerationStep> steps)
    {
        if (steps.IsDefaultOrEmpty)
        {
            throw new ArgumentException("Expected at least one step, got none.", nameof(steps));
        }

        Steps = steps;
        _tree = MerkleTree.Of(steps.Select(static step => (ReadOnlyMemory<byte>)step.ToBytes()));
    }

    /// <summary>Gets the steps.</summary>
    public ImmutableArray<GenerationStep> Steps { get; }

    /// <summary>Gets what a claim names as its trace: the number of steps, twice, and the root over them.</summary>
    public TraceCommitment Commitment => new(Steps.Length, Steps.Length, _tree.Root);

    /// <summary>Opens one step against <see cref="Commitment"/>: its proof holds for the step's encoding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public MerkleProof Prove(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Steps.Length);
        return _tree.Prove(step);
    }
}
