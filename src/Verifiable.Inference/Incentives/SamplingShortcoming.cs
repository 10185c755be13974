namespace Verifiable.Inference.Incentives;

/// <summary>Holds one thing that is wrong with a sampling configuration, as a kind for programs and a sentence for people. Immutable.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Sentence">The reason with its numbers, and the least change that repairs it, in which least values are rounded upwards to six digits.</param>
public sealed record SamplingShortcoming(SamplingShortcomingKind Kind, string Sentence);
