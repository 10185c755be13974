using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Equal, Greater, GreaterOrEqual, Less and LessOrEqual: IEEE 754's comparisons, false where an operand is NaN; the zeros are equal.</summary>
internal static class ComparisonOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define<EqualFunction>("Equal", 7, TypeSets.NumbersAndBooleans),
        Define<GreaterFunction>("Greater", 7, TypeSets.Numbers),
        Define<LessFunction>("Less", 7, TypeSets.Numbers),
        Define<GreaterOrEqualFunction>("GreaterOrEqual", 12, TypeSets.Numbers),
        Define<LessOrEqualFunction>("LessOrEqual", 12, TypeSets.Numbers),
    ];

    private static OperatorDefinition Define<TFunction>(string name, int version, ElementType[] types)
        where TFunction : struct, IComparison => new(name, version, binder =>
        {
            binder.Arity(2, 2);
            return new ComparisonOperator<TFunction>(types);
        }, floats: FloatInputs.All);

    private readonly struct EqualFunction : IComparison
    {
        public static bool Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => left == right;
    }

    private readonly struct GreaterFunction : IComparison
    {
        public static bool Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => left > right;
    }

    private readonly struct GreaterOrEqualFunction : IComparison
    {
        public static bool Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => left >= right;
    }

    private readonly struct LessFunction : IComparison
    {
        public static bool Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => left < right;
    }

    private readonly struct LessOrEqualFunction : IComparison
    {
        public static bool Apply<T>(T left, T right)
            where T : unmanaged, INumber<T> => left <= right;
    }
}
