using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of two numbers for one of its types.</summary>
internal readonly struct NumberKernel<TFunction, T> : IPairKernel<T>
    where TFunction : struct, IBinaryFunction
    where T : unmanaged, INumber<T>
{
    public static bool HasVector => TFunction.HasVector<T>();

    public static T Apply(T left, T right) => TFunction.Apply(left, right);

    public static Vector<T> Apply(Vector<T> left, Vector<T> right) => TFunction.Apply(left, right);
}
