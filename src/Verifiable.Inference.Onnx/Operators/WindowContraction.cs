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
}
