using Verifiable.Inference.Comparison;

namespace Verifiable.Inference.Tests.Comparison;

/// <summary>A comparer under test.</summary>
/// <param name="Comparer">The comparer.</param>
/// <param name="ZeroOfAnotherSignIs">The distance of −0 and +0.</param>
/// <param name="SeesEveryDifference">Whether two values that differ are always at a distance above 0. An angle does not see lengths, and says so.</param>
public sealed record ComparerCase(OutputComparer Comparer, double ZeroOfAnotherSignIs, bool SeesEveryDifference = true);
