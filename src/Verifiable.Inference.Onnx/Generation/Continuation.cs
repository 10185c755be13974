using System.Collections.Immutable;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>What a decoder wrote after one prompt. Immutable.</summary>
/// <param name="Tokens">The new tokens; a stop token, and the token that completed a stop text, are among them.</param>
/// <param name="Stop">Why there are no more.</param>
public sealed record Continuation(ImmutableArray<int> Tokens, StopReason Stop);
