using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Fills a world with honest providers and one of each kind that does something else.</summary>
internal static class HostileProviders
{
    /// <summary>How many providers <see cref="Populate"/> adds.</summary>
    public const int Count = 12;

    public static TestWorld Populate(TestWorld world)
    {
        world.AddHonest(6);
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: 1)], world.ProviderOptions));
        _ = world.Add(signer => new SilentProvider(signer, world.Ledger, new SumEngine(), world.ProviderOptions));
        _ = world.Add(signer => new EquivocatingProvider(signer, world.Ledger, new SumEngine(), world.ProviderOptions));
        _ = world.Add(signer => new WithholdingProvider(signer, world.Ledger, new SumEngine(), reveals: true, world.ProviderOptions));
        _ = world.Add(signer => new WithholdingProvider(signer, world.Ledger, new SumEngine(), reveals: false, world.ProviderOptions));
        _ = world.Add(signer => new FailingProvider(signer, world.Ledger, new SumEngine(), FailureKind.Throws, options: world.ProviderOptions));
        return world;
    }
}
