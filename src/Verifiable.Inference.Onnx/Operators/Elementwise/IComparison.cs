using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A comparison of two numbers; false where one is NaN.</summary>
internal interface IComparison
{
    /// <summary>Compares.</summary>
    static abstract bool Apply<T>(T left, T right)
        where T : unmanaged, INumber<T>;
}
