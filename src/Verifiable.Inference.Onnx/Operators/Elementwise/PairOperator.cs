using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Applies one function to the pairs of two broadcast tensors of one type.</summary>
internal abstract class PairOperator : BoundOperator
{
    private readonly ElementType[] _types;
    private readonly BroadcastView?[] _views = new BroadcastView?[2];

    private protected PairOperator(ElementType[] types)
    {
        _types = types;
    }

    internal sealed override bool FinishesOutput => true;

    /// <summary>Gets a value indicating whether the output must have the shape of the first input.</summary>
    private protected virtual bool IsUnidirectional => false;

    public sealed override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Broadcast.Combine(inputs.ShapeOf(0), inputs.ShapeOf(1), out TensorShape shape);
        ulong left = inputs.ReadBits(0, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(0), shape)));
        ulong right = inputs.ReadBits(1, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(1), shape)));
        return Pair(inputs.TypeOf(0), left, right);
    }

    private protected sealed override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Broadcast.Combine(inputs.ShapeOf(0), inputs.ShapeOf(1), out TensorShape shape);
        outputs[0] = new TensorSignature(ResultType(inputs.TypeOf(0)), shape);
        fault ??= Faults.RequireSameType(inputs, 0, 1) ?? Faults.RequireType(inputs, 0, _types);
        return fault ?? (IsUnidirectional && shape != inputs.ShapeOf(0) ? $"Expected input 1 to broadcast to {inputs.ShapeOf(0)}, got {inputs.ShapeOf(1)}." : null);
    }

    private protected sealed override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is TensorBuffer { Length: > 0 } output)
        {
            Run(context, inputs[0]!, inputs[1]!, output);
        }
    }

    /// <summary>Gets the type of the output.</summary>
    private protected abstract ElementType ResultType(ElementType type);

    /// <summary>The definition, over bits.</summary>
    private protected abstract ulong Pair(ElementType type, ulong left, ulong right);

    /// <summary>Computes an output that is not empty.</summary>
    private protected abstract void Run(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output);

    /// <summary>Gets how an input is read for an output.</summary>
    private protected BroadcastView View(int input, TensorShape shape, TensorShape output) => BroadcastView.Get(ref _views[input], shape, output);

    /// <summary>Computes an output by a function's forms for runs.</summary>
    private protected void Run<T, TResult, TPair>(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output, long work)
        where T : unmanaged
        where TResult : unmanaged
        where TPair : struct, IPairFunction<T, TResult>
    {
        BroadcastView leftView = View(0, left.Shape, output.Signature.Shape);
        BroadcastView rightView = View(1, right.Shape, output.Signature.Shape);
        ElementRuns.For<TResult>(context, output, work, (elements, start) =>
            PairLoop.Run<T, TResult, TPair>(ElementRuns.Of<T>(left), leftView, ElementRuns.Of<T>(right), rightView, elements, start));
    }

    /// <summary>Computes a run in the place of an operand.</summary>
    private protected void Follow<TPair>(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start)
        where TPair : struct, IPairFunction<float, float>
    {
        TensorValue other = inputs[1 - input]!;
        BroadcastView view = View(1 - input, other.Shape, shape);
        if (input == 0)
        {
            PairLoop.Second<float, float, TPair>(values, ElementRuns.Of<float>(other), view, values, start);
        }
        else
        {
            PairLoop.First<float, float, TPair>(ElementRuns.Of<float>(other), view, values, values, start);
        }
    }
}
