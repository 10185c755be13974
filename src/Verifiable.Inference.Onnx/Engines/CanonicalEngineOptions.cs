using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Settings of the canonical engine; none of them changes a result. Immutable.</summary>
public sealed record CanonicalEngineOptions
{
    /// <summary>Gets the default settings.</summary>
    public static CanonicalEngineOptions Default { get; } = new();

    /// <summary>Gets the most threads that one run may use. The default is 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Gets the largest tensor, in bytes, that a run may make. The default is 2^31 − 1, of which .NET's arrays hold all but 127. What an operator needs beside its outputs has the
    /// same limit, or one of 2^20 bytes where that is more.</summary>
    public long MaxTensorBytes { get; init; } = int.MaxValue;

    /// <summary>Gets the most bytes that one run may hold at once, bodies of If, Loop and Scan on all levels counted: the memory that tensors share, outputs, values that iterations
    /// hand on or stack, and what the operator at work needs beside them. A run that would go beyond it is refused before the memory is taken. Inputs, the model's own tensors,
    /// and tables of some hundred bytes for each graph node do not count. The default is 2^34 (16 GiB).</summary>
    /// <remarks>
    /// <para>Runs at the same time have the limit each. Constants that the engine prepares once, when it is made, have the same limit by themselves; one beyond it is prepared in each
    /// run. Traces of bodies that a <see cref="TraceRecorder"/> is asked to keep have the same limit by themselves too.</para>
    /// <para>Where shapes change from run to run, memory that stays from the run before may be up to an eighth of the limit beyond what the run needs. It does not count, so that
    /// earlier runs do not decide what is refused.</para>
    /// </remarks>
    public long MaxRunBytes { get; init; } = 1L << 34;

    /// <summary>Gets the most bytes that the engine keeps for later runs when none goes on: the memory of runs that are over, plans of the latest input shapes, and tables of operators,
    /// those of bodies counted. What was not used for the longest time goes first; what does not fit is made anew in each run. 0 keeps nothing. The default is 2^32 (4 GiB).</summary>
    public long MaxKeptBytes { get; init; } = 1L << 32;

    /// <summary>Gets the most iterations of one Loop or Scan. The default is 2^20.</summary>
    public long MaxIterations { get; init; } = 1L << 20;

    /// <summary>Gets the most graph nodes that the bodies of If, Loop and Scan may run in one run, over all iterations and levels; a run of a body counts one more. The default
    /// is 2^26. A loop that never ends comes to its end here or at <see cref="MaxIterations"/>.</summary>
    public long MaxBodyNodes { get; init; } = 1L << 26;

    /// <summary>Gets the most levels of bodies that a model may have. The default is 16.</summary>
    public int MaxBodyDepth { get; init; } = 16;

    // The longest array of .NET (2^31 − 57) holds a tensor with its first element on a cache line and its end on another.
    private const int LongestTensorBytes = int.MaxValue - 127;

    // Panels and rows of small operators need no permission.
    private const long LeastScratchBytes = 1 << 20;

    /// <summary>Gets the most bytes that one operator may take beside its outputs.</summary>
    internal long LargestScratch => Math.Max(Math.Min(MaxTensorBytes, LongestTensorBytes), LeastScratchBytes);

    /// <summary>Requires that a tensor is not too large.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    internal void RequireTensor(GraphNode node, TensorSignature signature)
    {
        long most = Math.Min(MaxTensorBytes, LongestTensorBytes);
        if (signature.Shape.ElementCount > most / ElementTypes.SizeOf(signature.Type))
        {
            throw new InvalidOperationException($"{node}: expected a tensor of at most {most} bytes ({nameof(MaxTensorBytes)}), got {signature}.");
        }
    }

    /// <summary>Lists everything wrong with these options; empty when they can be used.</summary>
    public IEnumerable<string> Validate()
    {
        if (Threads is < 1 or > 1024)
        {
            yield return FormattableString.Invariant($"{nameof(Threads)} must be in [1, 1024], got {Threads}.");
        }

        if (MaxTensorBytes is < 1 or > int.MaxValue)
        {
            yield return FormattableString.Invariant($"{nameof(MaxTensorBytes)} must be in [1, {int.MaxValue}], got {MaxTensorBytes}.");
        }

        if (MaxIterations < 1 || MaxBodyNodes < 1)
        {
            yield return FormattableString.Invariant($"{nameof(MaxIterations)} and {nameof(MaxBodyNodes)} must be 1 or more, got {MaxIterations} and {MaxBodyNodes}.");
        }

        if (MaxBodyDepth is < 0 or > 64)
        {
            yield return FormattableString.Invariant($"{nameof(MaxBodyDepth)} must be in [0, 64], got {MaxBodyDepth}.");
        }

        if (MaxRunBytes < 1)
        {
            yield return FormattableString.Invariant($"{nameof(MaxRunBytes)} must be 1 or more, got {MaxRunBytes}.");
        }

        if (MaxKeptBytes < 0)
        {
            yield return FormattableString.Invariant($"{nameof(MaxKeptBytes)} must be 0 or more, got {MaxKeptBytes}.");
        }
    }
}
