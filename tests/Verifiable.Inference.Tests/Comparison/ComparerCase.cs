using Verifiable.Inference.Comparison;

namespace Verifiable.Inference.Tests.Comparison;

/// <summary>A comparer under test.</summary>
/// <param name="Comparer">The comparer.</param>
/// <param name="ZeroOfAnotherSignIs">The distance of −0 and +0.</param>
public sealed record ComparerCase(OutputComparer Comparer, double ZeroOfAnotherSignIs);
