using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Applies one function of two numbers, which gives a number of their type, to the pairs of two broadcast tensors.</summary>
internal sealed class BinaryOperator<TFunction> : PairOperator
    where TFunction : struct, IBinaryFunction
{
    private readonly bool _isUnidirectional;

    /// <summary>Creates the operator.</summary>
    /// <param name="types">The types that it takes.</param>
    /// <param name="isUnidirectional">Whether the output has the shape of the first input.</param>
    internal BinaryOperator(ElementType[] types, bool isUnidirectional = false)
        : base(types)
    {
        _isUnidirectional = isUnidirectional;
    }

    private protected override bool IsUnidirectional => _isUnidirectional;

    internal override bool CanFollow(int input) => input == 0 || (input == 1 && !_isUnidirectional);

    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start) =>
        Follow<VectorPair<NumberKernel<TFunction, float>, float>>(inputs, input, shape, values, start);

    private protected override ElementType ResultType(ElementType type) => type;

    private protected override ulong Pair(ElementType type, ulong left, ulong right) => unchecked(type switch
    {
        ElementType.Float32 => ElementBits.Of(TFunction.Apply(ElementBits.ToSingle(left), ElementBits.ToSingle(right))),
        ElementType.Float64 => ElementBits.Of(TFunction.Apply(ElementBits.ToDouble(left), ElementBits.ToDouble(right))),
        ElementType.Int8 => ElementBits.Of(TFunction.Apply((sbyte)left, (sbyte)right), type),
        ElementType.Int16 => ElementBits.Of(TFunction.Apply((short)left, (short)right), type),
        ElementType.Int32 => ElementBits.Of(TFunction.Apply((int)left, (int)right), type),
        ElementType.Int64 => ElementBits.Of(TFunction.Apply((long)left, (long)right), type),
        ElementType.UInt8 => TFunction.Apply((byte)left, (byte)right),
        ElementType.UInt16 => TFunction.Apply((ushort)left, (ushort)right),
        ElementType.UInt32 => TFunction.Apply((uint)left, (uint)right),
        _ => TFunction.Apply(left, right),
    });

    private protected override void Run(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output)
    {
        switch (left.Type)
        {
            case ElementType.Float32: Run<float>(context, left, right, output); break;
            case ElementType.Float64: Run<double>(context, left, right, output); break;
            case ElementType.Int8: Run<sbyte>(context, left, right, output); break;
            case ElementType.Int16: Run<short>(context, left, right, output); break;
            case ElementType.Int32: Run<int>(context, left, right, output); break;
            case ElementType.Int64: Run<long>(context, left, right, output); break;
            case ElementType.UInt8: Run<byte>(context, left, right, output); break;
            case ElementType.UInt16: Run<ushort>(context, left, right, output); break;
            case ElementType.UInt32: Run<uint>(context, left, right, output); break;
            default: Run<ulong>(context, left, right, output); break;
        }
    }

    private void Run<T>(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output)
        where T : unmanaged, INumber<T> => Run<T, T, VectorPair<NumberKernel<TFunction, T>, T>>(context, left, right, output, 1);
}
