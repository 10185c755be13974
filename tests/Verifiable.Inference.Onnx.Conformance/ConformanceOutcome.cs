namespace Verifiable.Inference.Onnx.Conformance;

/// <summary>Tells how a case ended; <c>default</c> means that it was not run.</summary>
public enum ConformanceOutcome
{
    /// <summary>Not run.</summary>
    None = 0,

    /// <summary>Every output is the expected one.</summary>
    Passed,

    /// <summary>An output is another one, or something went wrong.</summary>
    Failed,

    /// <summary>The engine says that it cannot run the model.</summary>
    Unsupported,
}
