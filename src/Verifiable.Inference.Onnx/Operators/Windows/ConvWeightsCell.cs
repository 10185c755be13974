using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Where the packed weights of one constant stand once a run has packed them, for all convolutions that use it. Thread-safe.</summary>
internal sealed class ConvWeightsCell(PreparedMemory memory)
{
    private volatile ConvWeights? _weights;

    /// <summary>Gets the memory that they go to.</summary>
    internal PreparedMemory Memory { get; } = memory;

    /// <summary>Gets or sets the weights. Two runs that pack them at the same time do no harm.</summary>
    internal ConvWeights? Weights
    {
        get => _weights;
        set => _weights = value;
    }
}
