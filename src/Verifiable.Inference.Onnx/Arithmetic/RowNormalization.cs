using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Normalises rows: mean = the sum of x ÷ n, v = the sum of fl(d·d) ÷ n with d = fl(x − mean), s = √fl(v + ε); the result is fl(fl(fl(d ÷ s)·scale) + bias). Without
/// centering the mean is +0, so that d is x.
/// </summary>
internal static class RowNormalization
{
    /// <summary>Computes the mean and s of a row.</summary>
    internal static (T Mean, T Deviation) Moments<T>(ReadOnlySpan<T> row, bool centers, T epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(row.Length);
        T mean = centers ? Lanes.Reduce<T, LaneMaps.Same, LaneFolds.Sum>(row) / count : T.Zero;
        T squares = centers ? Lanes.Reduce<T, LaneMaps.CenteredSquare, LaneFolds.Sum>(row, mean) : Lanes.Reduce<T, LaneMaps.Square, LaneFolds.Sum>(row);
        return (mean, T.Sqrt((squares / count) + epsilon));
    }

    /// <summary>Applies mean and s with a factor and an addend for every element.</summary>
    /// <param name="x">The row.</param>
    /// <param name="y">The result.</param>
    /// <param name="moments">The mean and s.</param>
    /// <param name="scale">The factors.</param>
    /// <param name="bias">The addends, or nothing.</param>
    internal static void Apply<T>(ReadOnlySpan<T> x, Span<T> y, (T Mean, T Deviation) moments, ReadOnlySpan<T> scale, ReadOnlySpan<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        scale = scale[..x.Length];
        y = y[..x.Length];
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            i = Each<T, Vector512<T>, Register512<T>>(x, y, moments, scale, bias, i);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            i = Each<T, Vector256<T>, Register256<T>>(x, y, moments, scale, bias, i);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            i = Each<T, Vector128<T>, Register128<T>>(x, y, moments, scale, bias, i);
        }

        _ = Each<T, T, RegisterScalar<T>>(x, y, moments, scale, bias, i);
    }

    /// <summary>Applies mean and s with one factor and one addend.</summary>
    internal static void Apply<T>(ReadOnlySpan<T> x, Span<T> y, (T Mean, T Deviation) moments, T scale, T bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        y = y[..x.Length];
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            i = All<T, Vector512<T>, Register512<T>>(x, y, moments, scale, bias, i);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            i = All<T, Vector256<T>, Register256<T>>(x, y, moments, scale, bias, i);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            i = All<T, Vector128<T>, Register128<T>>(x, y, moments, scale, bias, i);
        }

        _ = All<T, T, RegisterScalar<T>>(x, y, moments, scale, bias, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Each<T, TVector, TRegister>(ReadOnlySpan<T> x, Span<T> y, (T Mean, T Deviation) moments, ReadOnlySpan<T> scale, ReadOnlySpan<T> bias, int from)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
    {
        TVector mean = TRegister.Create(moments.Mean);
        TVector deviation = TRegister.Create(moments.Deviation);

        // −0 is the addend that changes nothing.
        TVector none = TRegister.Create(T.NegativeZero);
        bool hasBias = !bias.IsEmpty;
        bias = hasBias ? bias[..x.Length] : bias;
        ref T source = ref MemoryMarshal.GetReference(x);
        ref T factors = ref MemoryMarshal.GetReference(scale);
        ref T addends = ref MemoryMarshal.GetReference(bias);
        ref T result = ref MemoryMarshal.GetReference(y);
        nuint i = (nuint)from;
        unchecked
        {
            for (; i + TRegister.Count <= (nuint)x.Length; i += TRegister.Count)
            {
                TVector centered = TRegister.Subtract(TRegister.Load(in source, i), mean);
                TVector scaled = TRegister.Multiply(TRegister.Divide(centered, deviation), TRegister.Load(in factors, i));
                TRegister.Store(TRegister.Add(scaled, hasBias ? TRegister.Load(in addends, i) : none), ref result, i);
            }
        }

        return (int)i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int All<T, TVector, TRegister>(ReadOnlySpan<T> x, Span<T> y, (T Mean, T Deviation) moments, T scale, T bias, int from)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
    {
        TVector mean = TRegister.Create(moments.Mean);
        TVector deviation = TRegister.Create(moments.Deviation);
        TVector factor = TRegister.Create(scale);
        TVector addend = TRegister.Create(bias);
        ref T source = ref MemoryMarshal.GetReference(x);
        ref T result = ref MemoryMarshal.GetReference(y);
        nuint i = (nuint)from;
        unchecked
        {
            for (; i + TRegister.Count <= (nuint)x.Length; i += TRegister.Count)
            {
                TVector centered = TRegister.Subtract(TRegister.Load(in source, i), mean);
                TVector scaled = TRegister.Multiply(TRegister.Divide(centered, deviation), factor);
                TRegister.Store(TRegister.Add(scaled, addend), ref result, i);
            }
        }

        return (int)i;
    }
}
