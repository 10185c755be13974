using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Where the packed weights of one constant stand once a run has packed them, for all convolutions that use it. Thread-safe.</summary>
internal sealed class ConvWeightsCell(PreparedMemory memory)
{
    private readonly Lock _gate = new();
    private volatile ConvWeights? _weights;

    /// <summary>Gets the weights, if a run has packed them.</summary>
    internal ConvWeights? Weights => _weights;

    /// <summary>Gets the weights, packed once: runs that come meanwhile wait, for their memory was counted once.</summary>
    internal ConvWeights Get(Func<PreparedMemory, ConvWeights> pack)
    {
        lock (_gate)
        {
            return _weights ??= pack(memory);
        }
    }
}
