using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>A rational multiple of one numbered parameter.</summary>
internal readonly record struct LinearTerm(int Parameter, Rational Coefficient);
