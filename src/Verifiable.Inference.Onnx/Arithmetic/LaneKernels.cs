using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The functions that have array forms: each clamps its argument to where the rounded result still changes, so that no lane needs a branch.</summary>
internal static class LaneKernels
{
    /// <summary>e^x: beyond the bounds the sequence itself rounds to +∞ or +0.</summary>
    internal readonly struct ExpKernel : IDoubleKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Compute<TLanes>(TLanes x)
            where TLanes : struct, IDoubleLanes<TLanes> =>
            LaneFunctions.Exp(TLanes.Max(TLanes.Min(x, TLanes.Broadcast(89.0)), TLanes.Broadcast(-105.0)));
    }

    /// <summary>1 ÷ (1 + e^−x): beyond the bounds the sequence itself rounds to 1 or +0.</summary>
    internal readonly struct SigmoidKernel : IDoubleKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Compute<TLanes>(TLanes x)
            where TLanes : struct, IDoubleLanes<TLanes>
        {
            TLanes one = TLanes.Broadcast(1.0);
            TLanes bound = TLanes.Broadcast(105.0);
            TLanes negative = TLanes.Broadcast(-0.0) - TLanes.Max(TLanes.Min(x, bound), TLanes.Broadcast(-105.0));
            return one / (one + LaneFunctions.Exp(negative));
        }
    }

    /// <summary>(e^2|x| − 1) ÷ (e^2|x| + 1) with the sign of x: from 11 on it rounds to 1.</summary>
    internal readonly struct TanhKernel : IDoubleKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Compute<TLanes>(TLanes x)
            where TLanes : struct, IDoubleLanes<TLanes>
        {
            TLanes two = TLanes.Broadcast(2.0);
            TLanes e = LaneFunctions.Expm1(two * TLanes.Min(TLanes.Abs(x), TLanes.Broadcast(11.0)));
            return TLanes.CopySign(e / (e + two), x);
        }
    }

    /// <summary>The error function: from 3.95 on it rounds to 1; the polynomial at 3.75 serves that far.</summary>
    internal readonly struct ErfKernel : IDoubleKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Compute<TLanes>(TLanes x)
            where TLanes : struct, IDoubleLanes<TLanes>
        {
            TLanes magnitude = TLanes.Min(TLanes.Abs(x), TLanes.Broadcast(3.95));
            TLanes k = LaneFunctions.Round(TLanes.Min(magnitude, TLanes.Broadcast(3.75)) * TLanes.Broadcast(4.0), out TLanes index);
            TLanes t = magnitude - (k * TLanes.Broadcast(0.25));
            ref ulong table = ref MemoryMarshal.GetReference(ErfTable.Near);
            TLanes p = TLanes.Lookup16(ref Unsafe.Add(ref table, ErfTable.Degree * ErfTable.NearPoints), index);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 12 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 11 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 10 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 9 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 8 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 7 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 6 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 5 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 4 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 3 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, 2 * ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref Unsafe.Add(ref table, ErfTable.NearPoints), index) + (t * p);
            p = TLanes.Lookup16(ref table, index) + (t * p);
            return TLanes.CopySign(p, x);
        }
    }

    /// <summary>log x, with the five results that the binary64 sequence rounds to the wrong neighbour.</summary>
    internal readonly struct LogKernel : IDoubleKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Compute<TLanes>(TLanes x)
            where TLanes : struct, IDoubleLanes<TLanes>
        {
            TLanes zero = TLanes.Broadcast(0.0);
            TLanes infinity = TLanes.Broadcast(double.PositiveInfinity);
            TLanes y = LaneFunctions.Log(x);
            y = Except(x, y, 0x3C41_3D3A);
            y = Except(x, y, 0x4117_8FEB);
            y = Except(x, y, 0x4C5D_65A5);
            y = Except(x, y, 0x65D8_90D3);
            y = Except(x, y, 0x6F31_A8EC);
            y = TLanes.WhereLess(x, zero, LaneFunctions.Bits<TLanes>(CanonicalMath.CanonicalDoubleNaNBits), y);
            y = TLanes.WhereEqual(x, zero, TLanes.Broadcast(double.NegativeInfinity), y);
            return TLanes.WhereEqual(x, infinity, infinity, y);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TLanes Except<TLanes>(TLanes x, TLanes y, uint at)
            where TLanes : struct, IDoubleLanes<TLanes> => TLanes.WhereEqual(
                x,
                TLanes.Broadcast(BitConverter.UInt32BitsToSingle(at)),
                TLanes.Broadcast(BitConverter.UInt32BitsToSingle(DoubleFunctions.LogException(at))),
                y);
    }

    /// <summary>log(1 + e^x) as max(x, 0) + log1p(e^−|x|): from 105 on the second term rounds away, or to +0.</summary>
    internal readonly struct SoftplusKernel : IDoubleKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Compute<TLanes>(TLanes x)
            where TLanes : struct, IDoubleLanes<TLanes>
        {
            TLanes zero = TLanes.Broadcast(0.0);
            TLanes one = TLanes.Broadcast(1.0);
            TLanes e = LaneFunctions.Exp(TLanes.Broadcast(-0.0) - TLanes.Min(TLanes.Abs(x), TLanes.Broadcast(105.0)));
            TLanes u = one + e;
            TLanes t = LaneFunctions.Log(u) + ((e - (u - one)) / u);
            TLanes y = TLanes.WhereLess(zero, x, x + t, t);

            // The one binary32 that the sequence rounds to the wrong neighbour.
            return TLanes.WhereEqual(
                x,
                TLanes.Broadcast(BitConverter.UInt32BitsToSingle(0x39EA_41D0)),
                TLanes.Broadcast(BitConverter.UInt32BitsToSingle(0x3F31_80BD)),
                y);
        }
    }

    /// <summary>x².</summary>
    internal readonly struct SquareKernel : IDoubleKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Compute<TLanes>(TLanes x)
            where TLanes : struct, IDoubleLanes<TLanes> => x * x;
    }

    /// <summary>x³, the square exact.</summary>
    internal readonly struct CubeKernel : IDoubleKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Compute<TLanes>(TLanes x)
            where TLanes : struct, IDoubleLanes<TLanes> => x * x * x;
    }
}
