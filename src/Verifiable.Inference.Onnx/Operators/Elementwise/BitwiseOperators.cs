using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>And, Or, Xor over Booleans, BitwiseAnd, BitwiseOr, BitwiseXor over integers, and BitShift.</summary>
internal static class BitwiseOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define<AndFunction>("And", 7, TypeSets.Booleans),
        Define<OrFunction>("Or", 7, TypeSets.Booleans),
        Define<XorFunction>("Xor", 7, TypeSets.Booleans),
        Define<AndFunction>("BitwiseAnd", 18, TypeSets.Integers),
        Define<OrFunction>("BitwiseOr", 18, TypeSets.Integers),
        Define<XorFunction>("BitwiseXor", 18, TypeSets.Integers),
        new("BitShift", 11, BindShift),
    ];

    private static OperatorDefinition Define<TFunction>(string name, int version, ElementType[] types)
        where TFunction : struct, IIntegerFunction => new(name, version, binder =>
        {
            binder.Arity(2, 2);
            return new BitwiseOperator<TFunction>(types);
        });

    private static BoundOperator BindShift(NodeBinder binder)
    {
        binder.Arity(2, 2);
        string direction = binder.Text("direction", string.Empty);
        if (direction is not ("LEFT" or "RIGHT"))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected 'direction' to be LEFT or RIGHT, got '{direction}'.");
        }

        return direction == "LEFT" ? new BitwiseOperator<LeftFunction>(TypeSets.Unsigned) : new BitwiseOperator<RightFunction>(TypeSets.Unsigned);
    }

    private readonly struct AndFunction : IIntegerFunction
    {
        public static bool HasVector => true;

        public static T Apply<T>(T left, T right)
            where T : unmanaged, IBinaryInteger<T> => left & right;

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, IBinaryInteger<T> => left & right;
    }

    private readonly struct OrFunction : IIntegerFunction
    {
        public static bool HasVector => true;

        public static T Apply<T>(T left, T right)
            where T : unmanaged, IBinaryInteger<T> => left | right;

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, IBinaryInteger<T> => left | right;
    }

    private readonly struct XorFunction : IIntegerFunction
    {
        public static bool HasVector => true;

        public static T Apply<T>(T left, T right)
            where T : unmanaged, IBinaryInteger<T> => left ^ right;

        public static Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
            where T : unmanaged, IBinaryInteger<T> => left ^ right;
    }

    /// <summary>Shifts left; by the width or more gives 0.</summary>
    private readonly struct LeftFunction : IIntegerFunction
    {
        public static T Apply<T>(T left, T right)
            where T : unmanaged, IBinaryInteger<T>
        {
            ulong count = ulong.CreateTruncating(right);
            return count >= 8UL * (ulong)Unsafe.SizeOf<T>() ? T.Zero : left << (int)count;
        }
    }

    /// <summary>Shifts right; by the width or more gives 0.</summary>
    private readonly struct RightFunction : IIntegerFunction
    {
        public static T Apply<T>(T left, T right)
            where T : unmanaged, IBinaryInteger<T>
        {
            ulong count = ulong.CreateTruncating(right);
            return count >= 8UL * (ulong)Unsafe.SizeOf<T>() ? T.Zero : left >>> (int)count;
        }
    }
}
