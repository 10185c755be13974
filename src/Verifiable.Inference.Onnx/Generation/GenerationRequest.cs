using System.Collections.Immutable;
using Verifiable.Inference.Claims;

namespace Verifiable.Inference.Onnx.Generation;

/// <summary>One sequence that a decoder is to continue. Immutable.</summary>
/// <param name="Prompt">The tokens before the first new one, at least one.</param>
/// <param name="Options">The seed, and the settings of <see cref="DecodingOptions"/>.</param>
public sealed record GenerationRequest(ImmutableArray<int> Prompt, GenerationOptions Options);
