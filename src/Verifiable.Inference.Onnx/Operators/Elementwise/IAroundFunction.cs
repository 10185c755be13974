using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function <c>after(x, inner(before(x)))</c> of one float, where the inner one is an elementary function and the others are a few exact operations.</summary>
internal interface IAroundFunction
{
    T Before<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    Vector<T> Before<T>(Vector<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    T Inner<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    void Inner<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    T After<T>(T x, T inner)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    Vector<T> After<T>(Vector<T> x, Vector<T> inner)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
