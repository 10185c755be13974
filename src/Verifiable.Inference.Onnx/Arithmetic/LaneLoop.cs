using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Applies a kernel to every element of an array, with the widest vectors of this processor. The width never reaches a result.</summary>
internal static class LaneLoop<TKernel>
    where TKernel : struct, IDoubleKernel
{
    /// <summary>Computes all elements; the two arrays may be the same, else they must not overlap.</summary>
    /// <exception cref="ArgumentException">The output is shorter than the input.</exception>
    internal static void Run(ReadOnlySpan<float> x, Span<float> y)
    {
        LaneLoop.RequireRoom(x, y);

        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            Run<Doubles512>(x, y);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<Doubles256>(x, y);
        }
        else
        {
            // Without vectors these are loops over four numbers, still the same operations.
            Run<Doubles128>(x, y);
        }
    }

    /// <summary>Computes all elements with the given lanes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TLanes>(ReadOnlySpan<float> x, Span<float> y)
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        ref float source = ref MemoryMarshal.GetReference(x);
        ref float destination = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
        {
            Step<TLanes>(ref source, ref destination, (nuint)i);
        }

        if (i < x.Length)
        {
            Rest<TLanes>(x[i..], y[i..]);
        }
    }

    // The last elements are computed beside the arrays, in lanes of which some are not used.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rest<TLanes>(ReadOnlySpan<float> x, Span<float> y)
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        Span<float> lanes = stackalloc float[16];
        lanes.Clear();
        x.CopyTo(lanes);
        ref float rest = ref MemoryMarshal.GetReference(lanes);
        Step<TLanes>(ref rest, ref rest, 0);
        lanes[..x.Length].CopyTo(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TLanes>(ref float source, ref float destination, nuint offset)
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        TLanes x = TLanes.Widen(ref source, offset);
        TLanes y = TKernel.Compute(x);
        TLanes notANumber = TLanes.Broadcast(BitConverter.UInt64BitsToDouble(CanonicalMath.CanonicalDoubleNaNBits));
        TLanes.Narrow(TLanes.WhereEqual(x, x, y, notANumber), ref destination, offset);
    }
}

/// <summary>What the loops of all kernels share.</summary>
internal static class LaneLoop
{
    internal static void RequireRoom(ReadOnlySpan<float> x, Span<float> y)
    {
        if (y.Length < x.Length)
        {
            throw new ArgumentException("The output is shorter than the input.", nameof(y));
        }
    }
}
