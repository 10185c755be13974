using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Range: element i is start + i · delta, in the type of the inputs: for floats i, the product and the sum are each rounded. The number of elements is
/// ⌈(limit − start) ÷ delta⌉, for floats in binary64, for integers exactly, and 0 where that is negative.</summary>
internal sealed class RangeOperator : BoundOperator
{
    internal RangeOperator(NodeBinder binder) => binder.Arity(3, 3);

    private protected override long ElementWork => 20;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) switch
    {
        ElementType.Float32 => ElementBits.Of(inputs.ReadSingle(0, 0) + (index * inputs.ReadSingle(2, 0))),
        ElementType.Float64 => ElementBits.Of(inputs.ReadDouble(0, 0) + (index * inputs.ReadDouble(2, 0))),
        ElementType type => ElementBits.Of(unchecked(inputs.ReadInteger(0, 0) + (index * inputs.ReadInteger(2, 0))), type),
    };

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64, ElementType.Int16, ElementType.Int32, ElementType.Int64)
            ?? Faults.RequireSameType(inputs, 0, 1) ?? Faults.RequireSameType(inputs, 0, 2)
            ?? ShapeInputs.RequireOne(inputs, 0) ?? ShapeInputs.RequireOne(inputs, 1) ?? ShapeInputs.RequireOne(inputs, 2);
        if (fault is not null)
        {
            return fault;
        }

        if (!TryCount(inputs, out Int128 count) || count > long.MaxValue)
        {
            return "Expected finite numbers and a delta other than 0, got others.";
        }

        outputs[0] = new TensorSignature(inputs.TypeOf(0), new TensorShape((long)count));
        return null;
    }

    private static bool TryCount(OperatorInputs inputs, out Int128 count)
    {
        count = 0;
        if (!ElementTypes.IsFloat(inputs.TypeOf(0)))
        {
            Int128 step = inputs.ReadInteger(2, 0);
            Int128 span = (Int128)inputs.ReadInteger(1, 0) - inputs.ReadInteger(0, 0);
            if (step != 0)
            {
                count = Int128.Max(0, (span / step) + (span % step != 0 && span > 0 == step > 0 ? 1 : 0));
            }

            return step != 0;
        }

        double ratio = (Number(inputs, 1) - Number(inputs, 0)) / Number(inputs, 2);
        bool isUsable = double.IsFinite(Number(inputs, 0)) && double.IsFinite(Number(inputs, 2)) && Number(inputs, 2) != 0 && Math.Abs(ratio) < 9e18;
        count = isUsable && ratio > 0 ? (Int128)Math.Ceiling(ratio) : 0;
        return isUsable;
    }

    private static double Number(OperatorInputs inputs, int input) => inputs.TypeOf(input) == ElementType.Float32 ? inputs.ReadSingle(input, 0) : inputs.ReadDouble(input, 0);
}
