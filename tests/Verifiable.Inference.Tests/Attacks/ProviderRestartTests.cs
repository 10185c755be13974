using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>A provider whose process ends while its claims may still be demanded, and a requester that sees it.</summary>
public sealed class ProviderRestartTests
{
    private static readonly ISigner _key = TestWorld.Key("provider 0");

    [Fact]
    public void A_provider_that_restarts_reveals_what_was_demanded_while_it_was_away_and_after()
    {
        TestWorld world = new();
        using MemoryRecordStore claims = new(Digest.Of("disk"u8));
        _ = world.Add(signer => new Leaving(signer, world, claims));
        HostileRequester requester = new(world);
        SeatRecord first = requester.Fill(HostileRequester.Asserter, 0);
        SeatRecord second = requester.Fill(HostileRequester.Validator, 0);
        Assert.Equal(LedgerRefusal.None, requester.Demand(first));
        Assert.Equal(ClaimDelivery.Demanded, DeliveryOf(world, requester, first));

        _ = new LocalProvider(_key, world.Ledger, [new SumEngine()], world.ProviderOptions with { Claims = claims });
        Assert.Equal(ClaimDelivery.Revealed, DeliveryOf(world, requester, first));
        Assert.Equal(LedgerRefusal.None, requester.Demand(second));
        Assert.Equal(ClaimDelivery.Revealed, DeliveryOf(world, requester, second));
    }

    [Fact]
    public void A_claim_that_was_kept_and_not_posted_when_the_process_ended_is_posted_by_the_next_one()
    {
        TestWorld world = new();
        using MemoryRecordStore claims = new(Digest.Of("disk"u8));
        NodeId provider = world.Add(signer => new Dying(signer, world));
        HostileRequester requester = new(world);
        TaskEnvelope envelope = requester.Envelope(HostileRequester.Asserter, provider);
        _ = requester.Offer(envelope);
        SignedClaim claim = SignedClaim.Sign(InferenceClaim.For(envelope, CommittedTensors.Of(NamedTensors.Empty), Digest.Of("salt"u8)), _key);
        claims.MakeDurable(claims.Append(LocalProvider.Stream, new KeptClaim(envelope, claim).ToBytes()));
        Assert.Equal(TaskState.Accepted, world.Ledger.FindTask(envelope.Digest)!.State);

        _ = new LocalProvider(_key, world.Ledger, [new SumEngine()], world.ProviderOptions with { Claims = claims });
        Assert.Equal(claim.Body.Digest, world.Ledger.FindTask(envelope.Digest)!.Claim);
    }

    [Fact]
    public void What_else_a_store_holds_stops_no_provider_and_is_nobody_s_claim()
    {
        TestWorld world = new();
        using MemoryRecordStore claims = new(Digest.Of("disk"u8));
        NodeId provider = world.Add(signer => new Dying(signer, world));
        HostileRequester requester = new(world);
        TaskEnvelope envelope = requester.Envelope(HostileRequester.Asserter, provider);
        _ = requester.Offer(envelope);
        SignedClaim claim = SignedClaim.Sign(InferenceClaim.For(envelope, CommittedTensors.Of(NamedTensors.Empty), Digest.Of("salt"u8)), _key);
        byte[] kept = new KeptClaim(envelope, claim).ToBytes();
        _ = claims.Append(LocalProvider.Stream, kept.AsSpan()[..^1]); // torn
        _ = claims.Append(LocalProvider.Stream, []);
        _ = claims.Append(LocalProvider.Stream + 1, kept); // another's stream
        _ = claims.Append(LocalProvider.Stream, new KeptClaim(envelope with { Provider = world.Requester.PublicKey.Id }, claim).ToBytes());
        claims.MakeDurable(claims.Append(LocalProvider.Stream, new KeptClaim(envelope with { Ledger = provider }, claim).ToBytes()));

        _ = new LocalProvider(_key, world.Ledger, [new SumEngine()], world.ProviderOptions with { Claims = claims });
        Assert.Equal(TaskState.Accepted, world.Ledger.FindTask(envelope.Digest)!.State);
    }

    [Fact]
    public void A_store_that_fails_does_not_make_a_provider_silent()
    {
        TestWorld world = new();
        MemoryRecordStore claims = new(Digest.Of("disk"u8));
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions with { Claims = claims }));
        claims.Dispose();
        HostileRequester requester = new(world);
        SeatRecord record = requester.Fill(HostileRequester.Asserter, 0);
        Assert.Equal(LedgerRefusal.None, requester.Demand(record));
        Assert.Equal(ClaimDelivery.Revealed, DeliveryOf(world, requester, record));
    }

    private static ClaimDelivery DeliveryOf(TestWorld world, HostileRequester requester, SeatRecord record) => world.Ledger.FindTask(requester.Envelope(record).Digest)!.Delivery;

    // Its process ends after it has answered: it hears of nothing more.
    private sealed class Leaving(ISigner signer, TestWorld world, RecordStore claims) : LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions with { Claims = claims })
    {
        protected override void Reveal(Digest task)
        {
        }
    }

    private sealed class Dying(ISigner signer, TestWorld world) : LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions)
    {
        protected override ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken) => default;
    }
}
