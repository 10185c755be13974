using System.Numerics;
using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The ways in which lanes are combined.</summary>
internal static class LaneFolds
{
    /// <summary>Sums; −0 is the identity of addition, and the sum of nothing is +0.</summary>
    internal readonly struct Sum : ILaneFold
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Identity<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.NegativeZero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Empty<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector left, TVector right)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T> => TRegister.Add(left, right);
    }

    /// <summary>Products; the product of nothing is 1.</summary>
    internal readonly struct Product : ILaneFold
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Identity<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.One;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Empty<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.One;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector left, TVector right)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T> => TRegister.Multiply(left, right);
    }

    /// <summary>The largest: a NaN wins, +0 is larger than −0; of nothing −∞.</summary>
    internal readonly struct Largest : ILaneFold
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Identity<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Empty<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector left, TVector right)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T> => TRegister.Max(left, right);
    }

    /// <summary>The largest, where neither the sign of a zero nor a NaN matters; of nothing −∞.</summary>
    internal readonly struct LargestNumber : ILaneFold
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Identity<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Empty<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector left, TVector right)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T> => TRegister.MaxOfNumbers(left, right);
    }

    /// <summary>The smallest: a NaN wins, −0 is smaller than +0; of nothing +∞.</summary>
    internal readonly struct Smallest : ILaneFold
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Identity<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.PositiveInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Empty<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.PositiveInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector left, TVector right)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T> => TRegister.Min(left, right);
    }
}
