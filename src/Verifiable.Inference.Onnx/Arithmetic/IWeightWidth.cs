namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Registers of binary32 that narrow integer weights are widened to, which is exact. Different lanes are different output elements, so that the width reaches no result.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal interface IWeightWidth<TVector> : IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Loads signed bytes as numbers.</summary>
    static abstract TVector LoadBytes(ref readonly sbyte source, nuint offset);

    /// <summary>Loads bytes of two signed numbers of four bits, the lower ones into <paramref name="low"/>.</summary>
    static abstract TVector LoadHalves(ref readonly sbyte source, nuint offset, out TVector low);
}
