namespace Verifiable.Inference.Onnx.Format;

/// <summary>Where some bytes of a file stand.</summary>
/// <param name="Start">The first byte.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct WirePart(int Start, int Length);
