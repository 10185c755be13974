namespace Verifiable.Inference.OnnxRuntimePeer;

/// <summary>Settings of a session. Immutable.</summary>
public sealed record OnnxRuntimeOptions
{
    /// <summary>Gets the number of threads within one operator. The default is 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Gets how far the graph is rewritten. The default is <see cref="OnnxRuntimeOptimization.All"/>, as in ONNX Runtime itself.</summary>
    public OnnxRuntimeOptimization Optimization { get; init; } = OnnxRuntimeOptimization.All;

    /// <summary>Gets where the rewritten graph is written; <see langword="null"/>, the default, for nowhere.</summary>
    public string? OptimizedModelPath { get; init; }
}
