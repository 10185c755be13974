using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>BlackmanWindow, HammingWindow and HannWindow: a − b·cos(t) + c·cos(2t) in binary64 from the left, t = fl(fl(2π·n) ÷ N) and N the size, or without
/// <c>periodic</c> the size − 1; converted once. A window of size 1 is 1.</summary>
internal sealed class WindowFunctionOperator : BoundOperator
{
    private const double TwoPi = 6.283185307179586;

    private readonly double _a;
    private readonly double _b;
    private readonly double _c;
    private readonly bool _isPeriodic;
    private readonly ElementType _type;

    private WindowFunctionOperator(NodeBinder binder, double a, double b, double c)
    {
        binder.Arity(1, 1);
        (_a, _b, _c) = (a, b, c);
        _isPeriodic = binder.Flag("periodic", true);
        long type = binder.Int("output_datatype", (long)ElementType.Float32);
        _type = (ElementType)Math.Clamp(type, 0, byte.MaxValue);
        if (!ElementTypes.IsKnown(_type) || _type == ElementType.Boolean)
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected the number of a type of numbers, got {type}.");
        }
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("BlackmanWindow", 17, binder => new WindowFunctionOperator(binder, 0.42, 0.5, 0.08)),
        new("HammingWindow", 17, binder => new WindowFunctionOperator(binder, 25.0 / 46.0, 21.0 / 46.0, 0.0)),
        new("HannWindow", 17, binder => new WindowFunctionOperator(binder, 0.5, 0.5, 0.0)),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        long size = inputs.ReadInteger(0, 0);
        double value = 1.0;
        if (size > 1)
        {
            double t = TwoPi * index / (_isPeriodic ? size : size - 1);
            value = _a - (_b * CanonicalMath.Cos(t)) + (_c * CanonicalMath.Cos(2.0 * t));
        }

        return ElementConversion.Convert(ElementBits.Of(value), ElementType.Float64, _type);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = default;
        string? fault = ShapeInputs.ReadOne(inputs, 0, out long size) ?? Faults.Shape([size], out shape);
        outputs[0] = new TensorSignature(_type, shape);
        return fault;
    }
}
