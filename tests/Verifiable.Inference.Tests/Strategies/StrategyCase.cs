using Verifiable.Inference.Strategies;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>A strategy under test.</summary>
/// <param name="Name">The name in test results.</param>
/// <param name="Create">Makes the strategy on secure terms, with audits forced on or off where it audits at random.</param>
public sealed record StrategyCase(string Name, Func<bool, VerificationStrategy> Create)
{
    public override string ToString() => Name;
}
