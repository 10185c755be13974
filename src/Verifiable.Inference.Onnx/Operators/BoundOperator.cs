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

    /// <summary>Gets a value indicating whether <see cref="ComputeCore"/> hands every run of elements of its first output, once it is complete, to
    /// <see cref="OperatorContext.Finish"/>, so that work on them can be done while they are in cache. Only operators with one output do so.</summary>
    internal virtual bool FinishesOutput => false;

    /// <summary>Gets a value indicating whether <see cref="Element"/> looks at the inputs' types and shapes only, as Shape and Size do.</summary>
    internal virtual bool ReadsOnlyShapes => false;

    /// <summary>Gets a value indicating whether elements are only moved, so that no new NaN can arise.</summary>
    internal bool OnlyMovesElements => OnlyMoves;

    /// <summary>Gets a value indicating whether elements are only moved, so that no new NaN can arise.</summary>
    private protected virtual bool OnlyMoves => IsView;

    /// <summary>Gets about how many elementary operations <see cref="Element"/> takes, for operators that compute by it.</summary>
    private protected virtual long ElementWork => 200;

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
    internal virtual bool TryCompute(
        OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, long maxScratchBytes, [NotNullWhen(false)] out string? fault)
    {
        Int128 scratch = ScratchBytes(inputs, outputs, context.Threads);
        fault = scratch <= maxScratchBytes ? null : $"Expected to need at most {maxScratchBytes} bytes beside the outputs, got {scratch}.";
        if (fault is not null)
        {
            return false;
        }

        fault = CheckElements(inputs);
        if (fault is not null)
        {
            return false;
        }

        ComputeCore(context, inputs, outputs);
        if (OnlyMoves || (FinishesOutput && outputs[0]?.Signature.Type == ElementType.Float32))
        {
            return true;
        }

        foreach (TensorBuffer? output in outputs)
        {
            if (output is not null && ElementTypes.IsFloat(output.Signature.Type))
            {
                int size = ElementTypes.SizeOf(output.Signature.Type);
                context.For(output.Length, 1, (from, to) => CanonicalNaN.Apply(output.Signature.Type, output.Bytes[(from * size)..(to * size)]));
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

    /// <summary>Tells whether the operator, when its output has the shape of one of its inputs, can compute it in place and run by run, once the other inputs are
    /// there: element by element, with no look at neighbours. Such operators have one output of binary32.</summary>
    /// <param name="input">The input in whose place the output goes.</param>
    internal virtual bool CanFollow(int input) => false;

    /// <summary>Gets a value indicating whether <see cref="Follow"/> leaves canonical NaNs only.</summary>
    internal virtual bool FollowsCanonically => false;

    /// <summary>Computes a run of output elements in the place of those of an input; NaNs need not be canonical. Called only where <see cref="CanFollow"/> holds and
    /// <see cref="TryInfer"/> gave an output of binary32 and of the input's shape.</summary>
    /// <param name="inputs">The inputs; the one that is followed is not read and may be <see langword="null"/>.</param>
    /// <param name="input">The input that is followed.</param>
    /// <param name="shape">Its shape, which is the output's.</param>
    /// <param name="values">Its elements from <paramref name="start"/> on; what was computed afterwards.</param>
    /// <param name="start">The row-major index of the first one.</param>
    internal virtual void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start) =>
        throw new InvalidOperationException("The operator does not compute in place.");

    /// <summary>Infers the outputs, or says what was expected and what was there.</summary>
    private protected abstract string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs);

    /// <summary>Counts the bytes that <see cref="ComputeCore"/> allocates beside the outputs for these inputs; some hundreds are not counted.</summary>
    private protected virtual Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) => 0;

    /// <summary>Checks elements that decide no shape but may be wrong, such as indices, before anything is computed; says what was expected and what was there. A
    /// run fails on a fault; <see cref="Element"/> gives something for such inputs too, which no run has.</summary>
    private protected virtual string? CheckElements(ReadOnlySpan<TensorValue?> inputs) => null;

    /// <summary>Computes the outputs; NaNs need not be canonical. Without an override, every element is computed by its definition.</summary>
    private protected virtual void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        var reader = new TensorInputs(inputs.ToArray());
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is TensorBuffer output)
            {
                int number = i;
                int size = ElementTypes.SizeOf(output.Signature.Type);
                context.For(output.Length, ElementWork, (from, to) =>
                {
                    for (int index = from; index < to; index++)
                    {
                        ElementBits.Write(Element(context, reader, number, index), output.Bytes.Slice(index * size, size));
                    }
                });
            }
        }
    }
}
