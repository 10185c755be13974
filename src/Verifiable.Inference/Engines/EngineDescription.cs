using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Engines;

/// <summary>What an engine runs and how.</summary>
/// <param name="ModelId">The commitment to the model's graph, attributes and weights.</param>
/// <param name="Profile">How its numbers are computed and compared.</param>
public sealed record EngineDescription(Digest ModelId, NumericProfile Profile);
