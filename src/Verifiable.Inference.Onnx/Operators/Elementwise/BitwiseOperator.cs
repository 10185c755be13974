using System.Numerics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Applies one function of the bits of two integers or Booleans to the pairs of two broadcast tensors.</summary>
internal sealed class BitwiseOperator<TFunction> : PairOperator
    where TFunction : struct, IIntegerFunction
{
    internal BitwiseOperator(ElementType[] types)
        : base(types)
    {
    }

    private protected override ElementType ResultType(ElementType type) => type;

    private protected override ulong Pair(ElementType type, ulong left, ulong right) => unchecked(ElementTypes.SizeOf(type) switch
    {
        1 => TFunction.Apply((byte)left, (byte)right),
        2 => TFunction.Apply((ushort)left, (ushort)right),
        4 => TFunction.Apply((uint)left, (uint)right),
        _ => TFunction.Apply(left, right),
    });

    private protected override void Run(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output)
    {
        switch (ElementTypes.SizeOf(left.Type))
        {
            case 1: Run<byte>(context, left, right, output); break;
            case 2: Run<ushort>(context, left, right, output); break;
            case 4: Run<uint>(context, left, right, output); break;
            default: Run<ulong>(context, left, right, output); break;
        }
    }

    private void Run<T>(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output)
        where T : unmanaged, IBinaryInteger<T> => Run<T, T, VectorPair<Kernel<T>, T>>(context, left, right, output, 1);

    private readonly struct Kernel<T> : IPairKernel<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static bool HasVector => TFunction.HasVector;

        public static T Apply(T left, T right) => TFunction.Apply(left, right);

        public static Vector<T> Apply(Vector<T> left, Vector<T> right) => TFunction.Apply(left, right);
    }
}
