using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>One strategy on one set of terms.</summary>
internal sealed record ScenarioPlan(string Strategy, bool IsSafe, Func<TimeProvider, IRandomSource, IRandomBeacon, VerificationStrategy> Create)
{
    public string Terms => IsSafe ? "safe" : "unsafe";

    public string Folder => $"{Strategy.Replace(' ', '-')}-{Terms}";
}
