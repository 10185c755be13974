namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>One vector register of floats, or one float: the operations that kernels of reductions are written over once. All are exact or correctly rounded, lane by
/// lane, so that the width cannot reach a result.</summary>
/// <typeparam name="TVector">The register.</typeparam>
/// <typeparam name="T">The float type of its lanes: binary32 or binary64.</typeparam>
internal interface IRegister<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    /// <summary>Gets the number of lanes.</summary>
    static abstract nuint Count { get; }

    static abstract TVector Load(ref readonly T source, nuint offset);

    static abstract void Store(TVector value, ref T destination, nuint offset);

    static abstract TVector Create(T value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    static abstract TVector Abs(TVector value);

    /// <summary>Combines lane i + s with lane i for s = half the lanes, a quarter, … 1.</summary>
    static abstract T Fold<TFold>(TVector value)
        where TFold : struct, ILaneFold;

    /// <summary>Takes the larger numbers: a NaN wins, and +0 is larger than −0.</summary>
    static abstract TVector Max(TVector left, TVector right);

    /// <summary>Takes the larger numbers; either number where they are equal, and either operand where one is NaN.</summary>
    static abstract TVector MaxOfNumbers(TVector left, TVector right);

    /// <summary>Takes the smaller numbers: a NaN wins, and −0 is smaller than +0.</summary>
    static abstract TVector Min(TVector left, TVector right);
}
