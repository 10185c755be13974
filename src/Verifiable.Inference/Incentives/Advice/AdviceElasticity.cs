using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>How the threshold of an advised parameter answers to another parameter, exactly, at the corner that binds.</summary>
/// <param name="Symbol">The other parameter.</param>
/// <param name="Derivative">By how much the threshold changes for each unit of it.</param>
/// <param name="Elasticity">By how many per cent the threshold changes for each per cent of it.</param>
public readonly record struct AdviceElasticity(string Symbol, Rational Derivative, Rational Elasticity);
