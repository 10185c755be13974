using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of one float that is a few exact operations.</summary>
internal interface ISimpleFunction
{
    T Apply<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    Vector<T> Apply<T>(Vector<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
