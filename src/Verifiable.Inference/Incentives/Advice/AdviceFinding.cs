using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>One condition in its worst case over the box. Immutable.</summary>
/// <param name="Condition">The condition; its numbers are those of the worst corner.</param>
/// <param name="WorstSlack">By how much it is met there, the safety margin counted; exact where <see cref="IsExact"/>, otherwise a bound from below.</param>
/// <param name="Corner">The worst corner, one value for each parameter.</param>
/// <param name="IsMet">Whether it is met everywhere in the box.</param>
/// <param name="IsExact">Whether the worst slack is attained, at the corner.</param>
public sealed record AdviceFinding(AdviceCondition Condition, Rational WorstSlack, ImmutableArray<Rational> Corner, bool IsMet, bool IsExact);
