using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Max, Min, Sum and Mean of any number of tensors. Max and Min: a NaN wins, +0 is larger than −0.</summary>
internal static class VariadicOperators
{
    // Broadcasting came with version 8; in version 7 all shapes are equal.
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define<MaxFunction>("Max", TypeSets.Numbers),
        Define<MinFunction>("Min", TypeSets.Numbers),
        Define<ArithmeticOperators.AddFunction>("Sum", TypeSets.Floats),
        Define<ArithmeticOperators.AddFunction>("Mean", TypeSets.Floats, true),
    ];

    private static OperatorDefinition Define<TFunction>(string name, ElementType[] types, bool isMean = false)
        where TFunction : struct, IBinaryFunction => new(name, 6, binder =>
        {
            int inputs = binder.Node.Inputs.Length;
            binder.Arity(Math.Max(1, inputs), int.MaxValue);
            return new VariadicOperator<TFunction>(types, inputs, isMean);
        }, floats: FloatInputs.All);

    /// <summary>The larger number.</summary>
    internal readonly struct MaxFunction : IBinaryFunction
    {
        public static bool HasVector<T>() => true;

        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T>
        {
            if (left > right || T.IsNaN(left))
            {
                return left;
            }

            // Equal values differ in bits only when they are the two zeros: the sum of +0 and −0 is +0.
            return T.IsZero(left) && T.IsZero(right) ? unchecked(left + right) : right;
        }

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, INumber<T> => Vector.Max(left, right);
    }

    /// <summary>The smaller number.</summary>
    internal readonly struct MinFunction : IBinaryFunction
    {
        public static bool HasVector<T>() => true;

        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T>
        {
            if (left < right || T.IsNaN(left))
            {
                return left;
            }

            return T.IsZero(left) && T.IsZero(right) && T.IsNegative(left) ? left : right;
        }

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, INumber<T> => Vector.Min(left, right);
    }
}
