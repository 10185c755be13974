using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of two numbers of one type, defined for every pair.</summary>
internal interface IBinaryFunction
{
    /// <summary>The definition. Integers wrap.</summary>
    static abstract T Apply<T>(T left, T right)
        where T : unmanaged, INumber<T>;

    /// <summary>Tells whether there is a vector form for a type.</summary>
    static virtual bool HasVector<T>() => false;

    /// <summary>The same for a vector of pairs.</summary>
    static virtual Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
        where T : unmanaged, INumber<T> => throw new NotSupportedException("Expected a type with a vector form.");
}
