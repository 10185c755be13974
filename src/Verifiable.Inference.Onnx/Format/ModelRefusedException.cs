namespace Verifiable.Inference.Onnx.Format;

/// <summary>The exception for a model that the caller vouched for and that cannot be used. Models of strangers are read by the <c>Try</c> methods, which do not throw.</summary>
public sealed class ModelRefusedException : FormatException
{
    /// <summary>Creates the exception for a refusal.</summary>
    public ModelRefusedException(ModelRefusal refusal)
        : base(refusal?.ToString())
    {
        ArgumentNullException.ThrowIfNull(refusal);
        Refusal = refusal;
    }

    /// <summary>Gets the refusal.</summary>
    public ModelRefusal Refusal { get; }
}
