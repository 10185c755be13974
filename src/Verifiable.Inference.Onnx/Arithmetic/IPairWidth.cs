namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Registers of pairs of 16-bit integers, a pair in 32 bits. Kernels of integer products are written once over it; all widths give the same integers.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal interface IPairWidth<TVector>
    where TVector : struct
{
    /// <summary>Gets the pairs of a register.</summary>
    static abstract int Lanes { get; }

    static abstract TVector Load(ref readonly int source, nuint offset);

    static abstract void Store(TVector value, ref int destination, nuint offset);

    static abstract TVector Broadcast(int pair);

    /// <summary>Adds both products of each pair, modulo 2^32. Pairs hold differences of 8-bit integers, so that no product and no sum of two saturates.</summary>
    static abstract TVector Accumulate(TVector sum, TVector left, TVector right);
}
