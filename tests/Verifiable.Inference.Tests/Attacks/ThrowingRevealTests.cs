using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>A provider's code runs when the ledger tells it of a demand; what it throws there is its own loss.</summary>
public sealed class ThrowingRevealTests
{
    [Fact]
    public void A_provider_that_throws_when_its_claim_is_demanded_is_silent_and_stops_nothing()
    {
        TestWorld world = new();
        NodeId thrower = world.Add(signer => new Thrower(signer, world), 1_000_000_000);
        _ = world.AddHonest(7);
        VerificationOutcome outcome = world.Run(new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 }));
        Assert.Equal(thrower, outcome.Asserter);
        Assert.Equal(VerdictReason.ProviderSilent, outcome.Verdict.Reason);
        Assert.Equal(thrower, Assert.Single(outcome.Slashed));
        Assert.NotNull(outcome.Output);
        Assert.Contains(outcome.Incidents, incident => incident.Provider == thrower && incident.Fault == ProviderFault.Silent);
    }

    private sealed class Thrower(ISigner signer, TestWorld world) : LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions)
    {
        protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
        {
            _ = Post(envelope, SignClaim(envelope, outputs));
            return ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
        }

        protected override void Reveal(Digest task) => throw new NotSupportedException();
    }
}
