using System.Numerics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>How two partial results become one, at any width.</summary>
internal interface ILaneFold
{
    /// <summary>Gets what changes nothing: every lane starts from it.</summary>
    static abstract T Identity<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Gets the result over no elements.</summary>
    static abstract T Empty<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Combines.</summary>
    static abstract TVector Apply<T, TVector, TRegister>(TVector left, TVector right)
        where T : unmanaged
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>;
}
