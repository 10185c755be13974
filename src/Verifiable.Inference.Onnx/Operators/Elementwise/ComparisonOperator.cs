using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Compares the pairs of two broadcast tensors of one type.</summary>
internal sealed class ComparisonOperator<TFunction> : PairOperator
    where TFunction : struct, IComparison
{
    internal ComparisonOperator(ElementType[] types)
        : base(types)
    {
    }

    private protected override ElementType ResultType(ElementType type) => ElementType.Boolean;

    private protected override ulong Pair(ElementType type, ulong left, ulong right) => unchecked(type switch
    {
        ElementType.Float32 => TFunction.Apply(ElementBits.ToSingle(left), ElementBits.ToSingle(right)),
        ElementType.Float64 => TFunction.Apply(ElementBits.ToDouble(left), ElementBits.ToDouble(right)),
        ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64 => TFunction.Apply(ElementBits.ToInt64(left, type), ElementBits.ToInt64(right, type)),
        _ => TFunction.Apply(left, right),
    }) ? 1UL : 0UL;

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
            case ElementType.UInt16: Run<ushort>(context, left, right, output); break;
            case ElementType.UInt32: Run<uint>(context, left, right, output); break;
            case ElementType.UInt64: Run<ulong>(context, left, right, output); break;
            default: Run<byte>(context, left, right, output); break;
        }
    }

    private void Run<T>(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output)
        where T : unmanaged, INumber<T> => Run<T, byte, PairForm<T>>(context, left, right, output, 1);

    private readonly struct PairForm<T> : IPairFunction<T, byte>
        where T : unmanaged, INumber<T>
    {
        public static byte Apply(T left, T right) => TFunction.Apply(left, right) ? (byte)1 : (byte)0;

        public static void Apply(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<byte> result)
        {
            for (int i = 0; i < left.Length; i++)
            {
                result[i] = Apply(left[i], right[i]);
            }
        }

        public static void Apply(ReadOnlySpan<T> left, T right, Span<byte> result)
        {
            for (int i = 0; i < left.Length; i++)
            {
                result[i] = Apply(left[i], right);
            }
        }

        public static void Apply(T left, ReadOnlySpan<T> right, Span<byte> result)
        {
            for (int i = 0; i < right.Length; i++)
            {
                result[i] = Apply(left, right[i]);
            }
        }
    }
}
