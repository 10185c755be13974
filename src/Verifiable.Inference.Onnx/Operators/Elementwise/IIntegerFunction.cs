using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of the bits of two integers, defined for every pair; signed integers and Booleans come as unsigned ones of their size.</summary>
internal interface IIntegerFunction
{
    /// <summary>The definition.</summary>
    static abstract T Apply<T>(T left, T right)
        where T : unmanaged, IBinaryInteger<T>;

    /// <summary>Tells whether there is a vector form.</summary>
    static virtual bool HasVector => false;

    /// <summary>The same for a vector of pairs.</summary>
    static virtual Vector<T> Apply<T>(Vector<T> left, Vector<T> right)
        where T : unmanaged, IBinaryInteger<T> => throw new NotSupportedException("Expected a function with a vector form.");
}
