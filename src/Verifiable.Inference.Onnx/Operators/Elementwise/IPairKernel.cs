using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of two elements of one type that gives a third, and the same for vectors of them where <see cref="HasVector"/>.</summary>
internal interface IPairKernel<T>
    where T : unmanaged
{
    /// <summary>Gets a value indicating whether there is a vector form.</summary>
    static abstract bool HasVector { get; }

    /// <summary>The definition.</summary>
    static abstract T Apply(T left, T right);

    /// <summary>The same for a vector of pairs.</summary>
    static abstract Vector<T> Apply(Vector<T> left, Vector<T> right);
}
