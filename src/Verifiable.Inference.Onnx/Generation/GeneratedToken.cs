namespace Verifiable.Inference.Onnx.Generation;

/// <summary>One token that a decoder wrote.</summary>
/// <param name="Id">The token.</param>
/// <param name="Position">Its place in the sequence: the number of tokens before it, prompt included.</param>
/// <param name="Stop">Why it is the last one; <see cref="StopReason.None"/> where it is not.</param>
public readonly record struct GeneratedToken(int Id, int Position, StopReason Stop);
