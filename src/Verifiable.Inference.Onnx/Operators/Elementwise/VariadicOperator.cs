using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Applies one function to any number of broadcast tensors of one type, from the first to the last, and divides by their number where a mean is asked for.</summary>
internal sealed class VariadicOperator<TFunction> : BoundOperator
    where TFunction : struct, IBinaryFunction
{
    private readonly ElementType[] _types;
    private readonly bool _isMean;
    private readonly BroadcastView?[] _views;

    /// <summary>Creates the operator.</summary>
    /// <param name="types">The types that it takes.</param>
    /// <param name="inputs">The number of inputs.</param>
    /// <param name="isMean">Whether the result is divided by the number of inputs.</param>
    internal VariadicOperator(ElementType[] types, int inputs, bool isMean)
    {
        _types = types;
        _isMean = isMean;
        _views = new BroadcastView?[inputs];
    }

    internal override bool FinishesOutput => true;

    // In the place of a later input, those before it would have to be put together elsewhere.
    internal override bool CanFollow(int input) => input <= 1;

    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start)
    {
        if (input == 1)
        {
            PairLoop.First<float, float, VectorPair<NumberKernel<TFunction, float>, float>>(ElementRuns.Of<float>(inputs[0]!), View(0, inputs, shape), values, values, start);
        }

        for (int i = input + 1; i < inputs.Length; i++)
        {
            PairLoop.Second<float, float, VectorPair<NumberKernel<TFunction, float>, float>>(values, ElementRuns.Of<float>(inputs[i]!), View(i, inputs, shape), values, start);
        }

        Divide(values);
    }

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) switch
    {
        ElementType.Float32 => ElementBits.Of(Combine(inputs, index, ElementBits.ToSingle)),
        ElementType.Float64 => ElementBits.Of(Combine(inputs, index, ElementBits.ToDouble)),
        ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64 =>
            ElementBits.Of(Combine(inputs, index, bits => ElementBits.ToInt64(bits, inputs.TypeOf(0))), inputs.TypeOf(0)),
        _ => Combine(inputs, index, bits => bits),
    };

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Shape(inputs, out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        for (int i = 1; i < inputs.Count; i++)
        {
            fault ??= Faults.RequireSameType(inputs, i, 0);
        }

        return fault ?? Faults.RequireType(inputs, 0, _types);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 } output)
        {
            return;
        }

        switch (output.Signature.Type)
        {
            case ElementType.Float32: Run<float>(context, inputs, output); break;
            case ElementType.Float64: Run<double>(context, inputs, output); break;
            case ElementType.Int8: Run<sbyte>(context, inputs, output); break;
            case ElementType.Int16: Run<short>(context, inputs, output); break;
            case ElementType.Int32: Run<int>(context, inputs, output); break;
            case ElementType.Int64: Run<long>(context, inputs, output); break;
            case ElementType.UInt8: Run<byte>(context, inputs, output); break;
            case ElementType.UInt16: Run<ushort>(context, inputs, output); break;
            case ElementType.UInt32: Run<uint>(context, inputs, output); break;
            default: Run<ulong>(context, inputs, output); break;
        }
    }

    private static string? Shape(OperatorInputs inputs, out TensorShape shape)
    {
        shape = inputs.ShapeOf(0);
        string? fault = null;
        for (int i = 1; i < inputs.Count && fault is null; i++)
        {
            fault = Broadcast.Combine(shape, inputs.ShapeOf(i), out shape);
        }

        return fault;
    }

    private T Combine<T>(OperatorInputs inputs, long index, Func<ulong, T> read)
        where T : unmanaged, INumber<T>
    {
        _ = Shape(inputs, out TensorShape shape);
        T result = T.Zero;
        for (int i = 0; i < inputs.Count; i++)
        {
            T value = read(inputs.ReadBits(i, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(i), shape))));
            result = i == 0 ? value : TFunction.Apply(result, value);
        }

        return _isMean ? result / T.CreateTruncating(inputs.Count) : result;
    }

    private void Run<T>(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, TensorBuffer output)
        where T : unmanaged, INumber<T>
    {
        TensorValue?[] values = inputs.ToArray();
        TensorShape shape = output.Signature.Shape;
        var views = new BroadcastView[values.Length];
        for (int i = 0; i < views.Length; i++)
        {
            views[i] = View(i, inputs, shape);
        }

        ElementRuns.For<T>(context, output, values.Length, (elements, start) =>
        {
            if (views.Length == 1)
            {
                views[0].Expand(ElementRuns.Of<T>(values[0]!), start, elements);
            }
            else
            {
                PairLoop.Run<T, T, VectorPair<NumberKernel<TFunction, T>, T>>(ElementRuns.Of<T>(values[0]!), views[0], ElementRuns.Of<T>(values[1]!), views[1], elements, start);
            }

            for (int i = 2; i < views.Length; i++)
            {
                PairLoop.Second<T, T, VectorPair<NumberKernel<TFunction, T>, T>>(elements, ElementRuns.Of<T>(values[i]!), views[i], elements, start);
            }

            Divide(elements);
        });
    }

    private void Divide<T>(Span<T> values)
        where T : unmanaged, INumber<T>
    {
        if (_isMean)
        {
            VectorPair<NumberKernel<ArithmeticOperators.DivFunction, T>, T>.Apply(values, T.CreateTruncating(_views.Length), values);
        }
    }

    private BroadcastView View(int input, ReadOnlySpan<TensorValue?> inputs, TensorShape shape) => BroadcastView.Get(ref _views[input], inputs[input]!.Shape, shape);
}
