using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Sums over one block of weights that share a scale: a chain of fused multiply-adds from +0 over the block, then the scale times it is fused into the total. Panels of four
/// registers of columns; one row of the left operand, or four. Stateless.
/// </summary>
/// <typeparam name="TWidth">The operations.</typeparam>
/// <typeparam name="TVector">The register.</typeparam>
internal static class BlockKernel<TWidth, TVector>
    where TWidth : struct, IWeightWidth<TVector>
    where TVector : struct
{
    /// <summary>Adds one block of signed bytes.</summary>
    internal static void AddBytes(ref float x, nuint stride, int rows, ref sbyte weights, nuint length, ref float scales, ref float totals, nuint totalStride)
    {
        if (rows == 4)
        {
            Bytes4(ref x, stride, ref weights, length, ref scales, ref totals, totalStride);
        }
        else
        {
            Bytes1(ref x, stride, ref weights, length, ref scales, ref totals, totalStride);
        }
    }

    /// <summary>Adds one block of signed halves of bytes: neighbours along the sum share a byte.</summary>
    internal static void AddHalves(ref float x, nuint stride, int rows, ref sbyte weights, nuint length, ref float scales, ref float totals, nuint totalStride)
    {
        if (rows == 4)
        {
            Halves4(ref x, stride, ref weights, length, ref scales, ref totals, totalStride);
        }
        else
        {
            Halves1(ref x, stride, ref weights, length, ref scales, ref totals, totalStride);
        }
    }

    /// <summary>Adds one block of binary32.</summary>
    internal static void AddSingles(ref float x, nuint stride, int rows, ref float weights, nuint length, ref float scales, ref float totals, nuint totalStride)
    {
        if (rows == 4)
        {
            Singles4(ref x, stride, ref weights, length, ref scales, ref totals, totalStride);
        }
        else
        {
            Singles1(ref x, stride, ref weights, length, ref scales, ref totals, totalStride);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Bytes1(ref float x, nuint stride, ref sbyte weights, nuint length, ref float scales, ref float totals, nuint totalStride)
    {
        TVector a00 = default;
        TVector a01 = default;
        TVector a02 = default;
        TVector a03 = default;
        nuint lanes = (nuint)TWidth.Lanes;
        for (nuint k = 0; k < length; k++)
        {
            TVector w0 = TWidth.LoadBytes(ref weights, 0);
            TVector w1 = TWidth.LoadBytes(ref weights, 1 * lanes);
            TVector w2 = TWidth.LoadBytes(ref weights, 2 * lanes);
            TVector w3 = TWidth.LoadBytes(ref weights, 3 * lanes);
            TVector b = TWidth.Broadcast(Unsafe.Add(ref x, k));
            a00 = TWidth.FusedMultiplyAdd(b, w0, a00);
            a01 = TWidth.FusedMultiplyAdd(b, w1, a01);
            a02 = TWidth.FusedMultiplyAdd(b, w2, a02);
            a03 = TWidth.FusedMultiplyAdd(b, w3, a03);
            weights = ref Unsafe.Add(ref weights, 4 * lanes);
        }

        TWidth.Store(TWidth.FusedMultiplyAdd(a00, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, 0)), ref totals, 0);
        TWidth.Store(TWidth.FusedMultiplyAdd(a01, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (1 * lanes))), ref totals, (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a02, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (2 * lanes))), ref totals, (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a03, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (3 * lanes))), ref totals, (3 * lanes));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Bytes4(ref float x, nuint stride, ref sbyte weights, nuint length, ref float scales, ref float totals, nuint totalStride)
    {
        TVector a00 = default;
        TVector a01 = default;
        TVector a02 = default;
        TVector a03 = default;
        TVector a10 = default;
        TVector a11 = default;
        TVector a12 = default;
        TVector a13 = default;
        TVector a20 = default;
        TVector a21 = default;
        TVector a22 = default;
        TVector a23 = default;
        TVector a30 = default;
        TVector a31 = default;
        TVector a32 = default;
        TVector a33 = default;
        nuint lanes = (nuint)TWidth.Lanes;
        for (nuint k = 0; k < length; k++)
        {
            TVector w0 = TWidth.LoadBytes(ref weights, 0);
            TVector w1 = TWidth.LoadBytes(ref weights, 1 * lanes);
            TVector w2 = TWidth.LoadBytes(ref weights, 2 * lanes);
            TVector w3 = TWidth.LoadBytes(ref weights, 3 * lanes);
            TVector b = TWidth.Broadcast(Unsafe.Add(ref x, k));
            a00 = TWidth.FusedMultiplyAdd(b, w0, a00);
            a01 = TWidth.FusedMultiplyAdd(b, w1, a01);
            a02 = TWidth.FusedMultiplyAdd(b, w2, a02);
            a03 = TWidth.FusedMultiplyAdd(b, w3, a03);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (1 * stride) + k));
            a10 = TWidth.FusedMultiplyAdd(b, w0, a10);
            a11 = TWidth.FusedMultiplyAdd(b, w1, a11);
            a12 = TWidth.FusedMultiplyAdd(b, w2, a12);
            a13 = TWidth.FusedMultiplyAdd(b, w3, a13);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (2 * stride) + k));
            a20 = TWidth.FusedMultiplyAdd(b, w0, a20);
            a21 = TWidth.FusedMultiplyAdd(b, w1, a21);
            a22 = TWidth.FusedMultiplyAdd(b, w2, a22);
            a23 = TWidth.FusedMultiplyAdd(b, w3, a23);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (3 * stride) + k));
            a30 = TWidth.FusedMultiplyAdd(b, w0, a30);
            a31 = TWidth.FusedMultiplyAdd(b, w1, a31);
            a32 = TWidth.FusedMultiplyAdd(b, w2, a32);
            a33 = TWidth.FusedMultiplyAdd(b, w3, a33);
            weights = ref Unsafe.Add(ref weights, 4 * lanes);
        }

        TWidth.Store(TWidth.FusedMultiplyAdd(a00, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, 0)), ref totals, 0);
        TWidth.Store(TWidth.FusedMultiplyAdd(a01, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (1 * lanes))), ref totals, (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a02, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (2 * lanes))), ref totals, (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a03, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (3 * lanes))), ref totals, (3 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a10, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, (1 * totalStride))), ref totals, (1 * totalStride));
        TWidth.Store(TWidth.FusedMultiplyAdd(a11, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (1 * totalStride) + (1 * lanes))), ref totals, (1 * totalStride) + (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a12, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (1 * totalStride) + (2 * lanes))), ref totals, (1 * totalStride) + (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a13, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (1 * totalStride) + (3 * lanes))), ref totals, (1 * totalStride) + (3 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a20, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, (2 * totalStride))), ref totals, (2 * totalStride));
        TWidth.Store(TWidth.FusedMultiplyAdd(a21, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (2 * totalStride) + (1 * lanes))), ref totals, (2 * totalStride) + (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a22, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (2 * totalStride) + (2 * lanes))), ref totals, (2 * totalStride) + (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a23, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (2 * totalStride) + (3 * lanes))), ref totals, (2 * totalStride) + (3 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a30, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, (3 * totalStride))), ref totals, (3 * totalStride));
        TWidth.Store(TWidth.FusedMultiplyAdd(a31, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (3 * totalStride) + (1 * lanes))), ref totals, (3 * totalStride) + (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a32, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (3 * totalStride) + (2 * lanes))), ref totals, (3 * totalStride) + (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a33, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (3 * totalStride) + (3 * lanes))), ref totals, (3 * totalStride) + (3 * lanes));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Halves1(ref float x, nuint stride, ref sbyte weights, nuint length, ref float scales, ref float totals, nuint totalStride)
    {
        TVector a00 = default;
        TVector a01 = default;
        TVector a02 = default;
        TVector a03 = default;
        nuint lanes = (nuint)TWidth.Lanes;
        for (nuint k = 0; k < length; k += 2)
        {
            TVector h0 = TWidth.LoadHalves(ref weights, 0, out TVector w0);
            TVector h1 = TWidth.LoadHalves(ref weights, 1 * lanes, out TVector w1);
            TVector h2 = TWidth.LoadHalves(ref weights, 2 * lanes, out TVector w2);
            TVector h3 = TWidth.LoadHalves(ref weights, 3 * lanes, out TVector w3);
            TVector b = TWidth.Broadcast(Unsafe.Add(ref x, k));
            a00 = TWidth.FusedMultiplyAdd(b, w0, a00);
            a01 = TWidth.FusedMultiplyAdd(b, w1, a01);
            a02 = TWidth.FusedMultiplyAdd(b, w2, a02);
            a03 = TWidth.FusedMultiplyAdd(b, w3, a03);
            if (k + 1 == length)
            {
                break;
            }

            b = TWidth.Broadcast(Unsafe.Add(ref x, k + 1));
            a00 = TWidth.FusedMultiplyAdd(b, h0, a00);
            a01 = TWidth.FusedMultiplyAdd(b, h1, a01);
            a02 = TWidth.FusedMultiplyAdd(b, h2, a02);
            a03 = TWidth.FusedMultiplyAdd(b, h3, a03);
            weights = ref Unsafe.Add(ref weights, 4 * lanes);
        }

        TWidth.Store(TWidth.FusedMultiplyAdd(a00, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, 0)), ref totals, 0);
        TWidth.Store(TWidth.FusedMultiplyAdd(a01, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (1 * lanes))), ref totals, (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a02, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (2 * lanes))), ref totals, (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a03, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (3 * lanes))), ref totals, (3 * lanes));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Halves4(ref float x, nuint stride, ref sbyte weights, nuint length, ref float scales, ref float totals, nuint totalStride)
    {
        TVector a00 = default;
        TVector a01 = default;
        TVector a02 = default;
        TVector a03 = default;
        TVector a10 = default;
        TVector a11 = default;
        TVector a12 = default;
        TVector a13 = default;
        TVector a20 = default;
        TVector a21 = default;
        TVector a22 = default;
        TVector a23 = default;
        TVector a30 = default;
        TVector a31 = default;
        TVector a32 = default;
        TVector a33 = default;
        nuint lanes = (nuint)TWidth.Lanes;
        for (nuint k = 0; k < length; k += 2)
        {
            TVector h0 = TWidth.LoadHalves(ref weights, 0, out TVector w0);
            TVector h1 = TWidth.LoadHalves(ref weights, 1 * lanes, out TVector w1);
            TVector h2 = TWidth.LoadHalves(ref weights, 2 * lanes, out TVector w2);
            TVector h3 = TWidth.LoadHalves(ref weights, 3 * lanes, out TVector w3);
            TVector b = TWidth.Broadcast(Unsafe.Add(ref x, k));
            a00 = TWidth.FusedMultiplyAdd(b, w0, a00);
            a01 = TWidth.FusedMultiplyAdd(b, w1, a01);
            a02 = TWidth.FusedMultiplyAdd(b, w2, a02);
            a03 = TWidth.FusedMultiplyAdd(b, w3, a03);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (1 * stride) + k));
            a10 = TWidth.FusedMultiplyAdd(b, w0, a10);
            a11 = TWidth.FusedMultiplyAdd(b, w1, a11);
            a12 = TWidth.FusedMultiplyAdd(b, w2, a12);
            a13 = TWidth.FusedMultiplyAdd(b, w3, a13);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (2 * stride) + k));
            a20 = TWidth.FusedMultiplyAdd(b, w0, a20);
            a21 = TWidth.FusedMultiplyAdd(b, w1, a21);
            a22 = TWidth.FusedMultiplyAdd(b, w2, a22);
            a23 = TWidth.FusedMultiplyAdd(b, w3, a23);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (3 * stride) + k));
            a30 = TWidth.FusedMultiplyAdd(b, w0, a30);
            a31 = TWidth.FusedMultiplyAdd(b, w1, a31);
            a32 = TWidth.FusedMultiplyAdd(b, w2, a32);
            a33 = TWidth.FusedMultiplyAdd(b, w3, a33);
            if (k + 1 == length)
            {
                break;
            }

            b = TWidth.Broadcast(Unsafe.Add(ref x, k + 1));
            a00 = TWidth.FusedMultiplyAdd(b, h0, a00);
            a01 = TWidth.FusedMultiplyAdd(b, h1, a01);
            a02 = TWidth.FusedMultiplyAdd(b, h2, a02);
            a03 = TWidth.FusedMultiplyAdd(b, h3, a03);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (1 * stride) + k + 1));
            a10 = TWidth.FusedMultiplyAdd(b, h0, a10);
            a11 = TWidth.FusedMultiplyAdd(b, h1, a11);
            a12 = TWidth.FusedMultiplyAdd(b, h2, a12);
            a13 = TWidth.FusedMultiplyAdd(b, h3, a13);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (2 * stride) + k + 1));
            a20 = TWidth.FusedMultiplyAdd(b, h0, a20);
            a21 = TWidth.FusedMultiplyAdd(b, h1, a21);
            a22 = TWidth.FusedMultiplyAdd(b, h2, a22);
            a23 = TWidth.FusedMultiplyAdd(b, h3, a23);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (3 * stride) + k + 1));
            a30 = TWidth.FusedMultiplyAdd(b, h0, a30);
            a31 = TWidth.FusedMultiplyAdd(b, h1, a31);
            a32 = TWidth.FusedMultiplyAdd(b, h2, a32);
            a33 = TWidth.FusedMultiplyAdd(b, h3, a33);
            weights = ref Unsafe.Add(ref weights, 4 * lanes);
        }

        TWidth.Store(TWidth.FusedMultiplyAdd(a00, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, 0)), ref totals, 0);
        TWidth.Store(TWidth.FusedMultiplyAdd(a01, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (1 * lanes))), ref totals, (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a02, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (2 * lanes))), ref totals, (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a03, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (3 * lanes))), ref totals, (3 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a10, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, (1 * totalStride))), ref totals, (1 * totalStride));
        TWidth.Store(TWidth.FusedMultiplyAdd(a11, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (1 * totalStride) + (1 * lanes))), ref totals, (1 * totalStride) + (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a12, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (1 * totalStride) + (2 * lanes))), ref totals, (1 * totalStride) + (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a13, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (1 * totalStride) + (3 * lanes))), ref totals, (1 * totalStride) + (3 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a20, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, (2 * totalStride))), ref totals, (2 * totalStride));
        TWidth.Store(TWidth.FusedMultiplyAdd(a21, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (2 * totalStride) + (1 * lanes))), ref totals, (2 * totalStride) + (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a22, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (2 * totalStride) + (2 * lanes))), ref totals, (2 * totalStride) + (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a23, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (2 * totalStride) + (3 * lanes))), ref totals, (2 * totalStride) + (3 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a30, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, (3 * totalStride))), ref totals, (3 * totalStride));
        TWidth.Store(TWidth.FusedMultiplyAdd(a31, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (3 * totalStride) + (1 * lanes))), ref totals, (3 * totalStride) + (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a32, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (3 * totalStride) + (2 * lanes))), ref totals, (3 * totalStride) + (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a33, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (3 * totalStride) + (3 * lanes))), ref totals, (3 * totalStride) + (3 * lanes));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Singles1(ref float x, nuint stride, ref float weights, nuint length, ref float scales, ref float totals, nuint totalStride)
    {
        TVector a00 = default;
        TVector a01 = default;
        TVector a02 = default;
        TVector a03 = default;
        nuint lanes = (nuint)TWidth.Lanes;
        for (nuint k = 0; k < length; k++)
        {
            TVector w0 = TWidth.Load(ref weights, 0);
            TVector w1 = TWidth.Load(ref weights, 1 * lanes);
            TVector w2 = TWidth.Load(ref weights, 2 * lanes);
            TVector w3 = TWidth.Load(ref weights, 3 * lanes);
            TVector b = TWidth.Broadcast(Unsafe.Add(ref x, k));
            a00 = TWidth.FusedMultiplyAdd(b, w0, a00);
            a01 = TWidth.FusedMultiplyAdd(b, w1, a01);
            a02 = TWidth.FusedMultiplyAdd(b, w2, a02);
            a03 = TWidth.FusedMultiplyAdd(b, w3, a03);
            weights = ref Unsafe.Add(ref weights, 4 * lanes);
        }

        TWidth.Store(TWidth.FusedMultiplyAdd(a00, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, 0)), ref totals, 0);
        TWidth.Store(TWidth.FusedMultiplyAdd(a01, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (1 * lanes))), ref totals, (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a02, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (2 * lanes))), ref totals, (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a03, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (3 * lanes))), ref totals, (3 * lanes));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Singles4(ref float x, nuint stride, ref float weights, nuint length, ref float scales, ref float totals, nuint totalStride)
    {
        TVector a00 = default;
        TVector a01 = default;
        TVector a02 = default;
        TVector a03 = default;
        TVector a10 = default;
        TVector a11 = default;
        TVector a12 = default;
        TVector a13 = default;
        TVector a20 = default;
        TVector a21 = default;
        TVector a22 = default;
        TVector a23 = default;
        TVector a30 = default;
        TVector a31 = default;
        TVector a32 = default;
        TVector a33 = default;
        nuint lanes = (nuint)TWidth.Lanes;
        for (nuint k = 0; k < length; k++)
        {
            TVector w0 = TWidth.Load(ref weights, 0);
            TVector w1 = TWidth.Load(ref weights, 1 * lanes);
            TVector w2 = TWidth.Load(ref weights, 2 * lanes);
            TVector w3 = TWidth.Load(ref weights, 3 * lanes);
            TVector b = TWidth.Broadcast(Unsafe.Add(ref x, k));
            a00 = TWidth.FusedMultiplyAdd(b, w0, a00);
            a01 = TWidth.FusedMultiplyAdd(b, w1, a01);
            a02 = TWidth.FusedMultiplyAdd(b, w2, a02);
            a03 = TWidth.FusedMultiplyAdd(b, w3, a03);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (1 * stride) + k));
            a10 = TWidth.FusedMultiplyAdd(b, w0, a10);
            a11 = TWidth.FusedMultiplyAdd(b, w1, a11);
            a12 = TWidth.FusedMultiplyAdd(b, w2, a12);
            a13 = TWidth.FusedMultiplyAdd(b, w3, a13);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (2 * stride) + k));
            a20 = TWidth.FusedMultiplyAdd(b, w0, a20);
            a21 = TWidth.FusedMultiplyAdd(b, w1, a21);
            a22 = TWidth.FusedMultiplyAdd(b, w2, a22);
            a23 = TWidth.FusedMultiplyAdd(b, w3, a23);
            b = TWidth.Broadcast(Unsafe.Add(ref x, (3 * stride) + k));
            a30 = TWidth.FusedMultiplyAdd(b, w0, a30);
            a31 = TWidth.FusedMultiplyAdd(b, w1, a31);
            a32 = TWidth.FusedMultiplyAdd(b, w2, a32);
            a33 = TWidth.FusedMultiplyAdd(b, w3, a33);
            weights = ref Unsafe.Add(ref weights, 4 * lanes);
        }

        TWidth.Store(TWidth.FusedMultiplyAdd(a00, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, 0)), ref totals, 0);
        TWidth.Store(TWidth.FusedMultiplyAdd(a01, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (1 * lanes))), ref totals, (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a02, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (2 * lanes))), ref totals, (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a03, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (3 * lanes))), ref totals, (3 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a10, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, (1 * totalStride))), ref totals, (1 * totalStride));
        TWidth.Store(TWidth.FusedMultiplyAdd(a11, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (1 * totalStride) + (1 * lanes))), ref totals, (1 * totalStride) + (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a12, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (1 * totalStride) + (2 * lanes))), ref totals, (1 * totalStride) + (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a13, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (1 * totalStride) + (3 * lanes))), ref totals, (1 * totalStride) + (3 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a20, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, (2 * totalStride))), ref totals, (2 * totalStride));
        TWidth.Store(TWidth.FusedMultiplyAdd(a21, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (2 * totalStride) + (1 * lanes))), ref totals, (2 * totalStride) + (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a22, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (2 * totalStride) + (2 * lanes))), ref totals, (2 * totalStride) + (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a23, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (2 * totalStride) + (3 * lanes))), ref totals, (2 * totalStride) + (3 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a30, TWidth.Load(ref scales, 0), TWidth.Load(ref totals, (3 * totalStride))), ref totals, (3 * totalStride));
        TWidth.Store(TWidth.FusedMultiplyAdd(a31, TWidth.Load(ref scales, 1 * lanes), TWidth.Load(ref totals, (3 * totalStride) + (1 * lanes))), ref totals, (3 * totalStride) + (1 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a32, TWidth.Load(ref scales, 2 * lanes), TWidth.Load(ref totals, (3 * totalStride) + (2 * lanes))), ref totals, (3 * totalStride) + (2 * lanes));
        TWidth.Store(TWidth.FusedMultiplyAdd(a33, TWidth.Load(ref scales, 3 * lanes), TWidth.Load(ref totals, (3 * totalStride) + (3 * lanes))), ref totals, (3 * totalStride) + (3 * lanes));
    }
}
