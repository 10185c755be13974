using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Pow with broadcasting; the result has the type of the base. A float base: the exponent is first converted to its type. An integer base with an integer exponent:
/// the product of so many factors, wrapping; 1 ÷ that, cut toward zero, where the exponent is negative (0 to a negative power is 0). An integer base with a float
/// exponent: the power in binary64, converted back as Cast does.
/// </summary>
internal sealed class PowerOperator : BoundOperator
{
    private readonly BroadcastView?[] _views = new BroadcastView?[2];

    private PowerOperator(NodeBinder binder) => binder.Arity(2, 2);

    // The exponent may be of another type since version 12.
    internal static OperatorDefinition Definition { get; } = new("Pow", 7, binder => new PowerOperator(binder), floats: FloatInputs.Of(0));

    internal override bool FinishesOutput => true;

    // Most calls are squares and roots.
    private protected override long ElementWork => 400;

    internal override bool CanFollow(int input) => input == 0;

    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start)
    {
        TensorValue exponent = inputs[1]!;
        BroadcastView view = BroadcastView.Get(ref _views[1], exponent.Shape, shape);
        if (exponent.Type == ElementType.Float32)
        {
            PairLoop.Second<float, float, PowerPair<float>>(values, ElementRuns.Of<float>(exponent), view, values, start);
            return;
        }

        if (view.IsOne)
        {
            PowerPair<float>.Apply(values, ElementBits.ToSingle(ExponentBits(exponent, 0)), values);
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = PowerPair<float>.Apply(values[i], ElementBits.ToSingle(ExponentBits(exponent, view.Locate(start + i, out _))));
        }
    }

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Broadcast.Combine(inputs.ShapeOf(0), inputs.ShapeOf(1), out TensorShape shape);
        ulong value = inputs.ReadBits(0, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(0), shape)));
        ulong exponent = inputs.ReadBits(1, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(1), shape)));
        ElementType type = inputs.TypeOf(0);
        ElementType exponentType = inputs.TypeOf(1);
        if (ElementTypes.IsFloat(type))
        {
            ulong converted = ElementConversion.Convert(exponent, exponentType, type);
            return type == ElementType.Float32
                ? ElementBits.Of(PowerPair<float>.Apply(ElementBits.ToSingle(value), ElementBits.ToSingle(converted)))
                : ElementBits.Of(PowerPair<double>.Apply(ElementBits.ToDouble(value), ElementBits.ToDouble(converted)));
        }

        if (!ElementTypes.IsFloat(exponentType))
        {
            return ElementBits.Of(Power(ElementBits.ToInt64(value, type), exponent, exponentType), type);
        }

        double power = PowerPair<double>.Apply(
            ElementBits.ToInt64(value, type), ElementBits.ToDouble(ElementConversion.Convert(exponent, exponentType, ElementType.Float64)));
        return ElementConversion.Convert(ElementBits.Of(power), ElementType.Float64, type);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Broadcast.Combine(inputs.ShapeOf(0), inputs.ShapeOf(1), out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault
            ?? Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64, ElementType.Int32, ElementType.Int64)
            ?? (inputs.TypeOf(1) == ElementType.Boolean ? Faults.RequireType(inputs, 1, TypeSets.Numbers) : null);
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) =>
        IsConverted(inputs) ? (Int128)inputs[1]!.Length * ElementTypes.SizeOf(inputs[0]!.Type) : 0;

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 } output)
        {
            return;
        }

        TensorValue exponent = IsConverted(inputs) ? Converted(inputs[1]!, output.Signature.Type) : inputs[1]!;
        switch (output.Signature.Type)
        {
            case ElementType.Float32: Run<float, PowerPair<float>>(context, inputs[0]!, exponent, output); break;
            case ElementType.Float64: Run<double, PowerPair<double>>(context, inputs[0]!, exponent, output); break;
            default: base.ComputeCore(context, inputs, outputs); break;
        }
    }

    private static bool IsConverted(ReadOnlySpan<TensorValue?> inputs) => ElementTypes.IsFloat(inputs[0]!.Type) && inputs[0]!.Type != inputs[1]!.Type;

    private static ulong ExponentBits(TensorValue exponent, int index) =>
        ElementConversion.Convert(new TensorInputs([exponent]).ReadBits(0, index), exponent.Type, ElementType.Float32);

    private static TensorValue Converted(TensorValue exponent, ElementType type)
    {
        var reader = new TensorInputs([exponent]);
        int size = ElementTypes.SizeOf(type);
        byte[] bytes = new byte[exponent.Length * size];
        for (int i = 0; i < exponent.Length; i++)
        {
            ElementBits.Write(ElementConversion.Convert(reader.ReadBits(0, i), exponent.Type, type), bytes.AsSpan(i * size, size));
        }

        return TensorValue.Take(type, exponent.Shape, bytes);
    }

    private static long Power(long value, ulong exponentBits, ElementType exponentType)
    {
        long signed = ElementBits.ToInt64(exponentBits, exponentType);
        if (signed < 0 && exponentType != ElementType.UInt64)
        {
            return value switch
            {
                1 => 1,
                -1 => (signed & 1) == 0 ? 1 : -1,
                _ => 0,
            };
        }

        long result = 1;
        for (ulong rest = unchecked((ulong)signed); rest != 0; rest >>= 1)
        {
            result = (rest & 1) != 0 ? unchecked(result * value) : result;
            value = unchecked(value * value);
        }

        return result;
    }

    private void Run<T, TPair>(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output)
        where T : unmanaged
        where TPair : struct, IPairFunction<T, T>
    {
        BroadcastView leftView = BroadcastView.Get(ref _views[0], left.Shape, output.Signature.Shape);
        BroadcastView rightView = BroadcastView.Get(ref _views[1], right.Shape, output.Signature.Shape);
        ElementRuns.For<T>(context, output, right.Length == 1 ? 4 : 64, (elements, start) =>
            PairLoop.Run<T, T, TPair>(ElementRuns.Of<T>(left), leftView, ElementRuns.Of<T>(right), rightView, elements, start));
    }
}
