using System.Collections.Immutable;
using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Mod: the remainder with the sign of the divisor, or with <c>fmod</c> that of the dividend. Floats have the second only.</summary>
internal static class RemainderOperators
{
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } = [new("Mod", 10, Bind, floats: FloatInputs.All)];

    private static BoundOperator Bind(NodeBinder binder)
    {
        binder.Arity(2, 2);
        return binder.Flag("fmod") ? new BinaryOperator<TruncatedFunction>(TypeSets.Numbers) : new BinaryOperator<FlooredFunction>(TypeSets.Integers);
    }

    /// <summary>x mod 0 is x (as x − 0·(x ÷ 0)), and mod −1 is 0.</summary>
    private static T IntegerRemainder<T>(T left, T right)
        where T : unmanaged, INumber<T>
    {
        if (T.IsZero(right))
        {
            return left;
        }

        // The least integer ÷ −1 would be a fault of the processor.
        return T.IsNegative(right) && right == unchecked(T.Zero - T.One) ? T.Zero : left % right;
    }

    private readonly struct FlooredFunction : IBinaryFunction
    {
        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T>
        {
            T rest = IntegerRemainder(left, right);
            return !T.IsZero(rest) && !T.IsZero(right) && T.IsNegative(rest) != T.IsNegative(right) ? unchecked(rest + right) : rest;
        }
    }

    private readonly struct TruncatedFunction : IBinaryFunction
    {
        public static T Apply<T>(T left, T right)
            where T : unmanaged, INumber<T>
        {
            // The remainder of two binary32 is one, so that binary64 gives it without rounding.
            return typeof(T) == typeof(float) || typeof(T) == typeof(double)
                ? T.CreateTruncating(Remainder(double.CreateTruncating(left), double.CreateTruncating(right)))
                : IntegerRemainder(left, right);
        }

        // Long division of the significands, exact: the platform's own function is the C library's.
        private static double Remainder(double x, double y)
        {
            if (double.IsNaN(x) || double.IsNaN(y) || double.IsInfinity(x) || y == 0)
            {
                return double.NaN;
            }

            if (Math.Abs(x) < Math.Abs(y))
            {
                return x;
            }

            (ulong rest, int exponent) = Split(x);
            (ulong divisor, int least) = Split(y);
            rest %= divisor;
            while (exponent > least && rest != 0)
            {
                int shift = Math.Min(11, exponent - least);
                rest = (rest << shift) % divisor;
                exponent -= shift;
            }

            // Below the divisor, whose significand it fits; scaling by a power of two in two exact steps, the result being a multiple of the least subnormal.
            double magnitude = Scale(rest, least);
            return double.IsNegative(x) ? -magnitude : magnitude;
        }

        private static (ulong Significand, int Exponent) Split(double value)
        {
            ulong bits = BitConverter.DoubleToUInt64Bits(value);
            int exponent = (int)((bits >> 52) & 0x7FF);
            ulong fraction = bits & 0x000F_FFFF_FFFF_FFFF;
            return exponent == 0 ? (fraction, 1) : (fraction | 0x0010_0000_0000_0000, exponent);
        }

        private static double Scale(ulong significand, int exponent)
        {
            if (significand == 0)
            {
                return 0;
            }

            int shift = Math.Min(BitOperations.LeadingZeroCount(significand) - 11, exponent - 1);
            significand <<= shift;
            exponent -= shift;
            return BitConverter.UInt64BitsToDouble(significand < 0x0010_0000_0000_0000 ? significand : ((ulong)exponent << 52) | (significand & 0x000F_FFFF_FFFF_FFFF));
        }
    }
}
