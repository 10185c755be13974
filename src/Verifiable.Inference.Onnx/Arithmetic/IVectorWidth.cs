namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The operations of one vector width. Kernels are written once over it; the width never reaches a result, because a vector's lanes are different
/// output elements.</summary>
/// <typeparam name="TVector">The vector of binary32 lanes.</typeparam>
internal interface IVectorWidth<TVector>
    where TVector : struct
{
    static abstract int Lanes { get; }

    /// <summary>Gets the most rows of a tile whose sums stay in registers; it decides no bit.</summary>
    static abstract int TileRows { get; }

    static abstract TVector Load(ref readonly float source, nuint offset);

    static abstract void Store(TVector value, ref float destination, nuint offset);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector FusedMultiplyAdd(TVector x, TVector y, TVector addend);
}
