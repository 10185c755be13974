using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The maps of reductions.</summary>
internal static class LaneMaps
{
    /// <summary>x.</summary>
    internal readonly struct Same : ILaneMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector value, TVector parameter)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T> => value;
    }

    /// <summary>|x|.</summary>
    internal readonly struct Magnitude : ILaneMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector value, TVector parameter)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T> => TRegister.Abs(value);
    }

    /// <summary>fl(x·x).</summary>
    internal readonly struct Square : ILaneMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector value, TVector parameter)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T> => TRegister.Multiply(value, value);
    }

    /// <summary>fl(d·d), d = fl(x − parameter).</summary>
    internal readonly struct CenteredSquare : ILaneMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector value, TVector parameter)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T>
        {
            TVector centered = TRegister.Subtract(value, parameter);
            return TRegister.Multiply(centered, centered);
        }
    }
}
