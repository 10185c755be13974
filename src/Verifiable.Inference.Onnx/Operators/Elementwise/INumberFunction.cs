using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of one number, defined for every one.</summary>
internal interface INumberFunction
{
    /// <summary>The definition. Integers wrap.</summary>
    T Apply<T>(T x)
        where T : unmanaged, INumber<T>;

    /// <summary>Tells whether there is a vector form for a type.</summary>
    bool HasVector<T>();

    /// <summary>The same for a vector of numbers.</summary>
    Vector<T> Apply<T>(Vector<T> x)
        where T : unmanaged, INumber<T>;
}
