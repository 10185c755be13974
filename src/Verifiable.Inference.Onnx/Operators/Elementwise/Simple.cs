using System.Numerics;
using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Computes an <see cref="ISimpleFunction"/> by vectors.</summary>
internal readonly struct Simple<TSimple>(TSimple function) : IFloatFunction
    where TSimple : struct, ISimpleFunction
{
    public long Work => 3;

    public T Apply<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => function.Apply(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        TSimple copy = function;
        for (; Vector.IsHardwareAccelerated && i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            copy.Apply(new Vector<T>(x[i..])).CopyTo(y[i..]);
        }

        for (; i < x.Length; i++)
        {
            y[i] = copy.Apply(x[i]);
        }
    }
}
