namespace Verifiable.Inference.OnnxRuntimePeer;

/// <summary>Names how far ONNX Runtime rewrites a graph before it runs; the numbers are those of its C interface.</summary>
public enum OnnxRuntimeOptimization
{
    /// <summary>The graph as it stands.</summary>
    Disabled = 0,

    /// <summary>Rewritings that keep the meaning of each operator, as constant folding.</summary>
    Basic = 1,

    /// <summary>Fusions besides.</summary>
    Extended = 2,

    /// <summary>Layouts of the processor besides; ONNX Runtime's own default.</summary>
    All = 99,
}
