using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>One output channel of a convolution straight from input that is laid out, by rule 2 of the canonical arithmetic; vectors run over places only.</summary>
/// <typeparam name="TWidth">The vector width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal readonly ref struct WindowContraction<TWidth, TVector> : IWindowKernel
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    private readonly ReadOnlySpan<int> _taps;
    private readonly ReadOnlySpan<float> _weights;
    private readonly int _largestTap;
    private readonly bool _hasBias;
    private readonly float _bias;

    /// <summary>Creates the kernel of one output channel.</summary>
    /// <param name="taps">The offset of the input of each product.</param>
    /// <param name="largestTap">The largest of them.</param>
    /// <param name="weights">The weights of the products.</param>
    /// <param name="bias">What the sum starts from; empty or one number.</param>
    internal WindowContraction(ReadOnlySpan<int> taps, int largestTap, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        _taps = taps;
        _largestTap = largestTap;
        _weights = weights[..taps.Length];
        _hasBias = !bias.IsEmpty;
        _bias = _hasBias ? bias[0] : 0f;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Run(ReadOnlySpan<float> source, Span<float> target, int count)
    {
        // The last vector may go over the end, or overlap the one before it. All is checked once, here.
        int lanes = TWidth.Lanes;
        int last = Math.Max(0, count - lanes);
        _ = target[..(last + lanes)];
        _ = source[..(_largestTap + last + lanes)];
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(target);
        int i = 0;
        if (_taps.Length == 9 && count > 2 * lanes)
        {
            Nine(ref from, ref to, count);
            return;
        }

        for (; i + (2 * lanes) < count; i += 4 * lanes)
        {
            Four(ref from, ref to, (nuint)i, (nuint)(i + lanes), (nuint)Math.Min(i + (2 * lanes), last), (nuint)Math.Min(i + (3 * lanes), last));
            if (i + (4 * lanes) > count)
            {
                return;
            }
        }

        if (i < count)
        {
            Two(ref from, ref to, (nuint)Math.Min(i, last), (nuint)Math.Min(i + lanes, last));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Four(ref float from, ref float to, nuint i0, nuint i1, nuint i2, nuint i3)
    {
        TVector t0 = TWidth.Broadcast(_bias), t1 = t0, t2 = t0, t3 = t0;
        unchecked
        {
            for (int start = 0; start < _taps.Length; start += Contraction.BlockLength)
            {
                TVector a0 = TWidth.Broadcast(0f), a1 = a0, a2 = a0, a3 = a0;
                int end = Math.Min(_taps.Length, start + Contraction.BlockLength);
                for (int k = start; k < end; k++)
                {
                    ref float line = ref Unsafe.Add(ref from, (nuint)(uint)_taps[k]);
                    TVector w = TWidth.Broadcast(_weights[k]);
                    a0 = TWidth.FusedMultiplyAdd(TWidth.Load(ref line, i0), w, a0);
                    a1 = TWidth.FusedMultiplyAdd(TWidth.Load(ref line, i1), w, a1);
                    a2 = TWidth.FusedMultiplyAdd(TWidth.Load(ref line, i2), w, a2);
                    a3 = TWidth.FusedMultiplyAdd(TWidth.Load(ref line, i3), w, a3);
                }

                bool accumulates = _hasBias || start > 0;
                t0 = accumulates ? TWidth.Add(a0, t0) : a0;
                t1 = accumulates ? TWidth.Add(a1, t1) : a1;
                t2 = accumulates ? TWidth.Add(a2, t2) : a2;
                t3 = accumulates ? TWidth.Add(a3, t3) : a3;
            }

            TWidth.Store(t0, ref to, i0);
            TWidth.Store(t1, ref to, i1);
            TWidth.Store(t2, ref to, i2);
            TWidth.Store(t3, ref to, i3);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Two(ref float from, ref float to, nuint i0, nuint i1)
    {
        TVector t0 = TWidth.Broadcast(_bias), t1 = t0;
        unchecked
        {
            for (int start = 0; start < _taps.Length; start += Contraction.BlockLength)
            {
                TVector a0 = TWidth.Broadcast(0f), a1 = a0;
                int end = Math.Min(_taps.Length, start + Contraction.BlockLength);
                for (int k = start; k < end; k++)
                {
                    ref float line = ref Unsafe.Add(ref from, (nuint)(uint)_taps[k]);
                    TVector w = TWidth.Broadcast(_weights[k]);
                    a0 = TWidth.FusedMultiplyAdd(TWidth.Load(ref line, i0), w, a0);
                    a1 = TWidth.FusedMultiplyAdd(TWidth.Load(ref line, i1), w, a1);
                }

                bool accumulates = _hasBias || start > 0;
                t0 = accumulates ? TWidth.Add(a0, t0) : a0;
                t1 = accumulates ? TWidth.Add(a1, t1) : a1;
            }

            TWidth.Store(t0, ref to, i0);
            TWidth.Store(t1, ref to, i1);
        }
    }

    // The window of 3 × 3 over one channel: its weights stay in registers.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Nine(ref float from, ref float to, int count)
    {
        unchecked
        {
            TVector w0 = TWidth.Broadcast(_weights[0]), w1 = TWidth.Broadcast(_weights[1]), w2 = TWidth.Broadcast(_weights[2]);
            TVector w3 = TWidth.Broadcast(_weights[3]), w4 = TWidth.Broadcast(_weights[4]), w5 = TWidth.Broadcast(_weights[5]);
            TVector w6 = TWidth.Broadcast(_weights[6]), w7 = TWidth.Broadcast(_weights[7]), w8 = TWidth.Broadcast(_weights[8]);
            nuint t0 = (nuint)_taps[0], t1 = (nuint)_taps[1], t2 = (nuint)_taps[2], t3 = (nuint)_taps[3], t4 = (nuint)_taps[4];
            nuint t5 = (nuint)_taps[5], t6 = (nuint)_taps[6], t7 = (nuint)_taps[7], t8 = (nuint)_taps[8];
            TVector bias = TWidth.Broadcast(_bias);
            TVector zero = TWidth.Broadcast(0f);
            int lanes = TWidth.Lanes;
            int last = count - lanes;
            for (int i = 0; i < count; i += 3 * lanes)
            {
                ref float left = ref Unsafe.Add(ref from, i);
                int second = Math.Min(i + lanes, last);
                int third = Math.Min(i + (2 * lanes), last);
                ref float middle = ref Unsafe.Add(ref from, second);
                ref float right = ref Unsafe.Add(ref from, third);
                if (i > last)
                {
                    left = ref Unsafe.Add(ref from, last);
                }

                TVector a = TWidth.FusedMultiplyAdd(TWidth.Load(ref left, t0), w0, zero), b = TWidth.FusedMultiplyAdd(TWidth.Load(ref middle, t0), w0, zero), c = TWidth.FusedMultiplyAdd(TWidth.Load(ref right, t0), w0, zero);
                (a, b, c) = (TWidth.FusedMultiplyAdd(TWidth.Load(ref left, t1), w1, a), TWidth.FusedMultiplyAdd(TWidth.Load(ref middle, t1), w1, b), TWidth.FusedMultiplyAdd(TWidth.Load(ref right, t1), w1, c));
                (a, b, c) = (TWidth.FusedMultiplyAdd(TWidth.Load(ref left, t2), w2, a), TWidth.FusedMultiplyAdd(TWidth.Load(ref middle, t2), w2, b), TWidth.FusedMultiplyAdd(TWidth.Load(ref right, t2), w2, c));
                (a, b, c) = (TWidth.FusedMultiplyAdd(TWidth.Load(ref left, t3), w3, a), TWidth.FusedMultiplyAdd(TWidth.Load(ref middle, t3), w3, b), TWidth.FusedMultiplyAdd(TWidth.Load(ref right, t3), w3, c));
                (a, b, c) = (TWidth.FusedMultiplyAdd(TWidth.Load(ref left, t4), w4, a), TWidth.FusedMultiplyAdd(TWidth.Load(ref middle, t4), w4, b), TWidth.FusedMultiplyAdd(TWidth.Load(ref right, t4), w4, c));
                (a, b, c) = (TWidth.FusedMultiplyAdd(TWidth.Load(ref left, t5), w5, a), TWidth.FusedMultiplyAdd(TWidth.Load(ref middle, t5), w5, b), TWidth.FusedMultiplyAdd(TWidth.Load(ref right, t5), w5, c));
                (a, b, c) = (TWidth.FusedMultiplyAdd(TWidth.Load(ref left, t6), w6, a), TWidth.FusedMultiplyAdd(TWidth.Load(ref middle, t6), w6, b), TWidth.FusedMultiplyAdd(TWidth.Load(ref right, t6), w6, c));
                (a, b, c) = (TWidth.FusedMultiplyAdd(TWidth.Load(ref left, t7), w7, a), TWidth.FusedMultiplyAdd(TWidth.Load(ref middle, t7), w7, b), TWidth.FusedMultiplyAdd(TWidth.Load(ref right, t7), w7, c));
                (a, b, c) = (TWidth.FusedMultiplyAdd(TWidth.Load(ref left, t8), w8, a), TWidth.FusedMultiplyAdd(TWidth.Load(ref middle, t8), w8, b), TWidth.FusedMultiplyAdd(TWidth.Load(ref right, t8), w8, c));
                if (_hasBias)
                {
                    (a, b, c) = (TWidth.Add(a, bias), TWidth.Add(b, bias), TWidth.Add(c, bias));
                }

                TWidth.Store(a, ref to, (nuint)Math.Min(i, last));
                TWidth.Store(b, ref to, (nuint)second);
                TWidth.Store(c, ref to, (nuint)third);
            }
        }
    }
}
