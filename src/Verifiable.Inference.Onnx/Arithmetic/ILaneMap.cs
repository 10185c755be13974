namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>What is done to every element before it goes to its lane, at any width.</summary>
internal interface ILaneMap
{
    /// <summary>Maps elements.</summary>
    /// <param name="value">The elements.</param>
    /// <param name="parameter">One number of the whole row, repeated.</param>
    static abstract TVector Apply<T, TVector, TRegister>(TVector value, TVector parameter)
        where T : unmanaged
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>;
}
