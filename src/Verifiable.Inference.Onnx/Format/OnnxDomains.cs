namespace Verifiable.Inference.Onnx.Format;

/// <summary>Knows the two ways of writing ONNX's own operator domain.</summary>
internal static class OnnxDomains
{
    private const string Own = "ai.onnx";

    /// <summary>Gets the one way that this library uses: the empty text for ONNX's own domain, others as they are.</summary>
    public static string Normalize(string domain) => domain == Own ? string.Empty : domain;
}
