using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// One operator with the attributes of one graph node, in two faces: <see cref="Compute"/>, fast and on whole tensors, and <see cref="Element"/>, the
/// definition of one output element from the inputs, plain and slow. Both give the same bits; a dispute uses the second only. Immutable and thread-safe.
/// </summary>
/// <remarks>Float inputs hold canonical NaNs only, and so do the outputs.</remarks>
public abstract class BoundOperator
{
    private protected BoundOperator()
    {
    }

    /// <summary>Gets a value indicating whether the first output has the bytes of the first input under another shape, so that nothing needs to be computed.</summary>
    public virtual bool IsView => false;

    /// <summary>Gets a value indicating whether elements are only moved, so that no new NaN can arise.</summary>
    private protected virtual bool OnlyMoves => IsView;

    /// <summary>Infers the types and shapes of the outputs; reads elements only where a shape depends on them.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="outputs">As many places as the graph node has outputs.</param>
    /// <param name="fault">What was expected and what was there, when the inputs do not fit the operator or each other.</param>
    public bool TryInfer(OperatorInputs inputs, Span<TensorSignature> outputs, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        fault = Infer(inputs, outputs);
        return fault is null;
    }

    /// <summary>Computes the outputs.</summary>
    /// <param name="context">The seed, the threads, and the way to stop.</param>
    /// <param name="inputs">The inputs, which <see cref="TryInfer"/> has accepted; constants that the operator was bound with must be the same again.</param>
    /// <param name="outputs">Buffers of the inferred signatures; <see langword="null"/> where an output is not wanted.</param>
    /// <exception cref="OperationCanceledException">The computation was stopped; the outputs are undefined.</exception>
    /// <exception cref="InvalidOperationException">The operator would need more than 2^31 − 1 bytes beside its outputs.</exception>
    public void Compute(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!TryCompute(context, inputs, outputs, int.MaxValue, out string? fault))
        {
            throw new InvalidOperationException(fault);
        }
    }

    /// <summary>Computes the outputs when the memory that the operator needs beside them is within a limit.</summary>
    internal bool TryCompute(
        OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, long maxScratchBytes, [NotNullWhen(false)] out string? fault)
    {
        Int128 scratch = ScratchBytes(inputs, outputs, context.Threads);
        fault = scratch <= maxScratchBytes ? null : $"Expected to need at most {maxScratchBytes} bytes beside the outputs, got {scratch}.";
        if (fault is not null)
        {
            return false;
        }

        ComputeCore(context, inputs, outputs);
        if (OnlyMoves)
        {
            return true;
        }

        foreach (TensorBuffer? output in outputs)
        {
            if (output is not null && ElementTypes.IsFloat(output.Signature.Type))
            {
                CanonicalNaN.Apply(output.Signature.Type, output.Bytes);
            }
        }

        return true;
    }

    /// <summary>Computes the bits of one output element by the operator's definition, NaNs canonical.</summary>
    /// <param name="context">The seed; threads are not used.</param>
    /// <param name="inputs">The inputs, which <see cref="TryInfer"/> has accepted.</param>
    /// <param name="output">The output.</param>
    /// <param name="index">The row-major index of the element, in the output's range.</param>
    /// <returns>The bits of the element in the low bits of the result, by the output's element type.</returns>
    public abstract ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index);

    /// <summary>Infers the outputs, or says what was expected and what was there.</summary>
    private protected abstract string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs);

    /// <summary>Counts the bytes that <see cref="ComputeCore"/> allocates beside the outputs for these inputs; some hundreds are not counted.</summary>
    private protected virtual Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) => 0;

    /// <summary>Computes the outputs; NaNs need not be canonical.</summary>
    private protected abstract void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs);
}
