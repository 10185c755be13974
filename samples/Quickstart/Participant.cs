using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers.Misbehavior;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>A provider as the sample knows it; the network knows only its key. <see cref="Cheat"/> is <see langword="null"/> for an honest one.</summary>
internal sealed record Participant(string Name, CheatDescription? Cheat, NodeId Id, Amount StakeBefore, Meter Meter)
{
    public bool IsCheat => Cheat is not null;

    public string Kind => Cheat?.Name ?? "honest";
}
