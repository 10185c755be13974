using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies;

/// <summary>What a strategy concludes from evidence that holds.</summary>
/// <param name="Verdict">The verdict on the answer.</param>
/// <param name="Settlement">Who is paid and what is burnt.</param>
public sealed record StrategyConclusion(Verdict Verdict, Settle Settlement);
