using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Adds a vector along the last axis and applies one function of a float to every sum.</summary>
internal sealed class BiasedOperator<TFunction> : BoundOperator
    where TFunction : struct, IFloatFunction
{
    private readonly TFunction _function;
    private BroadcastView? _view;

    internal BiasedOperator(TFunction function)
    {
        _function = function;
    }

    internal override bool FinishesOutput => true;

    internal override bool CanFollow(int input) => input == 0;

    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start) =>
        Run(values, inputs[1]!, shape, values, start);

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        long column = index % inputs.ShapeOf(1)[0];
        return inputs.TypeOf(0) == ElementType.Float32
            ? ElementBits.Of(_function.Apply(inputs.ReadSingle(0, index) + inputs.ReadSingle(1, column)))
            : ElementBits.Of(_function.Apply(inputs.ReadDouble(0, index) + inputs.ReadDouble(1, column)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        TensorShape shape = inputs.ShapeOf(0);
        string? fault = Faults.RequireType(inputs, 0, TypeSets.Floats) ?? Faults.RequireSameType(inputs, 1, 0) ?? Faults.RequireRank(inputs, 1, 1);
        return fault ?? (shape.Rank > 0 && inputs.ShapeOf(1)[0] == shape[shape.Rank - 1] ? null : $"Expected a bias as long as the last axis of {shape}, got {inputs.ShapeOf(1)}.");
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 } output)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        TensorValue bias = inputs[1]!;
        if (input.Type == ElementType.Float32)
        {
            ElementRuns.For<float>(context, output, _function.Work, (elements, start) =>
                Run(ElementRuns.Of<float>(input).Slice(start, elements.Length), bias, output.Signature.Shape, elements, start));
        }
        else
        {
            ElementRuns.For<double>(context, output, _function.Work, (elements, start) =>
                Run(ElementRuns.Of<double>(input).Slice(start, elements.Length), bias, output.Signature.Shape, elements, start));
        }
    }

    private void Run<T>(ReadOnlySpan<T> x, TensorValue bias, TensorShape shape, Span<T> y, int start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BroadcastView view = BroadcastView.Get(ref _view, bias.Shape, shape);
        PairLoop.Second<T, T, VectorPair<NumberKernel<ArithmeticOperators.AddFunction, T>, T>>(x, ElementRuns.Of<T>(bias), view, y, start);
        _function.Apply<T>(y, y);
    }
}
