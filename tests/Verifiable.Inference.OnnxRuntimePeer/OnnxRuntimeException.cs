namespace Verifiable.Inference.OnnxRuntimePeer;

/// <summary>Reports what ONNX Runtime refused, in its own words.</summary>
public sealed class OnnxRuntimeException : Exception
{
    /// <summary>Creates an exception.</summary>
    public OnnxRuntimeException()
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public OnnxRuntimeException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    public OnnxRuntimeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
