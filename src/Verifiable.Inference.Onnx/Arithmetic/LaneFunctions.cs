using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The sequences of <see cref="DoubleFunctions"/> for many lanes, over the ranges that binary32 arguments need.</summary>
internal static class LaneFunctions
{
    // 1.5·2^52: added to a number below 2^51, it leaves the nearest integer, ties to even, in the low bits.
    private const double Rounder = 6755399441055744.0;

    /// <summary>Computes e^x for |x| below 700.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Exp<TLanes>(TLanes x)
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1.0);
        TLanes shifted = (x * TLanes.Broadcast(DoubleFunctions.InverseStep)) + TLanes.Broadcast(Rounder);
        TLanes r = Reduce(x, shifted);
        TLanes p = TLanes.Broadcast(1.0 / 120) + (r * TLanes.Broadcast(1.0 / 720));
        p = TLanes.Broadcast(1.0 / 24) + (r * p);
        p = TLanes.Broadcast(1.0 / 6) + (r * p);
        p = TLanes.Broadcast(1.0 / 2) + (r * p);
        p = one + (r * p);
        p = one + (r * p);
        TLanes power = TLanes.Lookup32(ref MemoryMarshal.GetReference(FunctionTables.Powers), shifted);
        return TLanes.AddBits(p * power, Exponent(shifted));
    }

    /// <summary>Computes e^x − 1 for x from 0 to 40.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Expm1<TLanes>(TLanes x)
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        TLanes one = TLanes.Broadcast(1.0);
        TLanes shifted = (x * TLanes.Broadcast(DoubleFunctions.InverseStep)) + TLanes.Broadcast(Rounder);
        TLanes r = Reduce(x, shifted);
        TLanes p = TLanes.Broadcast(1.0 / 720) + (r * TLanes.Broadcast(1.0 / 5040));
        p = TLanes.Broadcast(1.0 / 120) + (r * p);
        p = TLanes.Broadcast(1.0 / 24) + (r * p);
        p = TLanes.Broadcast(1.0 / 6) + (r * p);
        p = TLanes.Broadcast(1.0 / 2) + (r * p);
        TLanes q = r + (r * r * p);
        TLanes power = TLanes.Lookup32(ref MemoryMarshal.GetReference(FunctionTables.Powers), shifted);
        TLanes rest = TLanes.Lookup32(ref MemoryMarshal.GetReference(FunctionTables.PowerRests), shifted) + (power * q);
        TLanes scale = TLanes.AddBits(one, Exponent(shifted));
        return ((scale * power) - one) + (scale * rest);
    }

    /// <summary>Computes log x for positive normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Log<TLanes>(TLanes x)
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        // Raised by 1024 and carried at the bits of √½, the exponent field is k + 1024.
        TLanes biased = TLanes.ShiftBitsRight(TLanes.AddBits(x, Bits<TLanes>(0x0019_5F61_9980_C433)), 52);
        TLanes k = TLanes.AddBits(biased, TLanes.Broadcast(Rounder)) - TLanes.Broadcast(Rounder + 1024);
        TLanes m = TLanes.AddBits(TLanes.SubtractBits(x, TLanes.ShiftBitsLeft(biased, 52)), Bits<TLanes>(0x4000_0000_0000_0000));
        TLanes f = m - TLanes.Broadcast(1.0);
        TLanes s = f / (TLanes.Broadcast(2.0) + f);
        TLanes z = s * s;
        TLanes series = TLanes.Broadcast(2.0 / 21) + (z * TLanes.Broadcast(2.0 / 23));
        series = TLanes.Broadcast(2.0 / 19) + (z * series);
        series = TLanes.Broadcast(2.0 / 17) + (z * series);
        series = TLanes.Broadcast(2.0 / 15) + (z * series);
        series = TLanes.Broadcast(2.0 / 13) + (z * series);
        series = TLanes.Broadcast(2.0 / 11) + (z * series);
        series = TLanes.Broadcast(2.0 / 9) + (z * series);
        series = TLanes.Broadcast(2.0 / 7) + (z * series);
        series = TLanes.Broadcast(2.0 / 5) + (z * series);
        series = TLanes.Broadcast(2.0 / 3) + (z * series);
        TLanes half = TLanes.Broadcast(0.5) * f * f;
        TLanes large = k * Bits<TLanes>(DoubleFunctions.Ln2HighBits);
        TLanes sum = large + f;
        TLanes back = sum - large;
        TLanes lost = (large - (sum - back)) + (f - back);
        return sum + (lost + (((s * (half + (z * series))) + (k * Bits<TLanes>(DoubleFunctions.Ln2LowBits))) - half));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Bits<TLanes>(ulong bits)
        where TLanes : struct, IDoubleLanes<TLanes> => TLanes.Broadcast(BitConverter.UInt64BitsToDouble(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Round<TLanes>(TLanes value, out TLanes shifted)
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        shifted = value + TLanes.Broadcast(Rounder);
        return shifted - TLanes.Broadcast(Rounder);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Reduce<TLanes>(TLanes x, TLanes shifted)
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        TLanes k = shifted - TLanes.Broadcast(Rounder);
        return (x - (k * Bits<TLanes>(DoubleFunctions.StepHighBits))) - (k * Bits<TLanes>(DoubleFunctions.StepLowBits));
    }

    // ⌊k ÷ 32⌋ at the place of an exponent.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Exponent<TLanes>(TLanes shifted)
        where TLanes : struct, IDoubleLanes<TLanes> => TLanes.ShiftBitsLeft(TLanes.ShiftBitsRight(shifted, 5), 52);
}
