namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>A function of a binary32, computed in binary64 and rounded once, for many lanes.</summary>
internal interface IDoubleKernel
{
    /// <summary>Computes the binary64 that is rounded to the result; a NaN's result is anything.</summary>
    static abstract TLanes Compute<TLanes>(TLanes x)
        where TLanes : struct, IDoubleLanes<TLanes>;
}
