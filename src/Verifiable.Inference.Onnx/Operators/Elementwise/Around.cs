using System.Numerics;
using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Computes an <see cref="IAroundFunction"/> in pieces that stay in the nearest cache.</summary>
internal readonly struct Around<TAround>(TAround function) : IFloatFunction
    where TAround : struct, IAroundFunction
{
    private const int Piece = 512;

    public long Work => 20;

    public T Apply<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => function.After(x, function.Inner(function.Before(x)));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> scratch = stackalloc T[Math.Min(Piece, x.Length)];
        while (!x.IsEmpty)
        {
            int count = Math.Min(Piece, x.Length);
            Span<T> inner = scratch[..count];
            Before(x[..count], inner);
            function.Inner(inner);
            After(x[..count], inner, y[..count]);
            x = x[count..];
            y = y[count..];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Before<T>(ReadOnlySpan<T> x, Span<T> inner)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        TAround copy = function;
        for (; Vector.IsHardwareAccelerated && i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            copy.Before(new Vector<T>(x[i..])).CopyTo(inner[i..]);
        }

        for (; i < x.Length; i++)
        {
            inner[i] = copy.Before(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void After<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> inner, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        TAround copy = function;
        for (; Vector.IsHardwareAccelerated && i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            copy.After(new Vector<T>(x[i..]), new Vector<T>(inner[i..])).CopyTo(y[i..]);
        }

        for (; i < x.Length; i++)
        {
            y[i] = copy.After(x[i], inner[i]);
        }
    }
}
