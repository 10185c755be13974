using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Fills a world with honest providers and one of each kind that does something else.</summary>
internal static class HostileProviders
{
    /// <summary>How many providers <see cref="Populate"/> adds.</summary>
    public const int Count = 12;

    /// <summary>How many of them, the first ones, are honest.</summary>
    public const int Honest = 6;

    public static TestWorld Populate(TestWorld world)
    {
        world.AddHonest(Honest);
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions));
        _ = world.Add(signer => new SilentProvider(signer, world.Ledger, world.Engine(), world.ProviderOptions));
        _ = world.Add(signer => new EquivocatingProvider(signer, world.Ledger, world.Engine(), world.ProviderOptions));
        _ = world.Add(signer => new WithholdingProvider(signer, world.Ledger, world.Engine(), reveals: true, world.ProviderOptions));
        _ = world.Add(signer => new WithholdingProvider(signer, world.Ledger, world.Engine(), reveals: false, world.ProviderOptions));
        _ = world.Add(signer => new FailingProvider(signer, world.Ledger, world.Engine(), FailureKind.Throws, options: world.ProviderOptions));
        return world;
    }
}
