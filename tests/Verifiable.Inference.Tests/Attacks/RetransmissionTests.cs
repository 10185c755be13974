using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>Messages that come twice at the same moment, by a hostile requester, a relay or an honest network; and providers that share a key. On real threads.</summary>
public sealed class RetransmissionTests
{
    private static readonly NamedTensors _inputs = NamedTensors.Of("x", TensorValue.Create(new float[] { 1, 2, 3 }, 3));

    [Fact]
    public async Task An_offer_that_comes_twice_at_the_same_moment_is_answered_by_one_claim_and_costs_no_stake()
    {
        TestWorld world = new();
        using Barrier both = new(2);
        NodeId provider = world.Add(signer => new Meeting(signer, world, both));
        HostileRequester requester = new(world);
        (TaskEnvelope envelope, byte[] offer) = Open(world, requester);
        IProvider victim = world.ProviderOf(provider);
        ReadOnlyMemory<byte>[] replies = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () => await victim.SendAsync(offer))));

        Assert.Equal(LedgerRefusal.None, requester.Demand(envelope));
        Assert.Equal(ClaimDelivery.Revealed, world.Ledger.FindTask(envelope.Digest)!.Delivery);

        // One claim, whoever is answered by it: a copy that comes after the work is done is refused.
        foreach (ReadOnlyMemory<byte> reply in replies.Where(static reply => !reply.IsEmpty))
        {
            Assert.True(Canonical.TryRead(reply.Span, out TaskAnswer? answer));
            Assert.Equal(world.Ledger.FindTask(envelope.Digest)!.Claim, answer.Claim.Body.Digest);
        }

        Assert.Contains(replies, static reply => !reply.IsEmpty);
    }

    [Fact]
    public async Task Whoever_sends_an_offer_again_without_its_inputs_is_not_given_the_answer()
    {
        TestWorld world = new();
        TaskCompletionSource computed = new();
        NodeId provider = world.Add(signer => new Waiting(signer, world, computed.Task));
        HostileRequester requester = new(world);
        (TaskEnvelope envelope, byte[] offer) = Open(world, requester);
        Task<ReadOnlyMemory<byte>> first = world.ProviderOf(provider).SendAsync(offer).AsTask();
        NamedTensors others = NamedTensors.Of("x", TensorValue.Create(new float[] { 3, 2, 1 }, 3));
        Task<ReadOnlyMemory<byte>> spy = world.ProviderOf(provider).SendAsync(new TaskOffer(world.Requester.Sign(envelope), others).ToBytes()).AsTask();
        Task<ReadOnlyMemory<byte>> again = world.ProviderOf(provider).SendAsync(offer).AsTask();
        Assert.True(spy.IsCompletedSuccessfully);
        Assert.False(first.IsCompleted || again.IsCompleted);
        computed.SetResult();
        Assert.True((await spy).IsEmpty);
        Assert.False((await first).IsEmpty);
        Assert.Equal((await first).ToArray(), (await again).ToArray());
    }

    // A twin of the same work, or a voter, has the inputs. What it lacks is the requester's signature on another's envelope.
    [Fact]
    public async Task Whoever_has_the_inputs_and_not_the_requesters_signature_is_given_no_answer()
    {
        TestWorld world = new();
        TaskCompletionSource computed = new();
        NodeId provider = world.Add(signer => new Waiting(signer, world, computed.Task));
        HostileRequester requester = new(world);
        (TaskEnvelope envelope, byte[] offer) = Open(world, requester);
        SignedEnvelope right = world.Requester.Sign(envelope);
        byte[] Forged(PublicKey signer, OpaqueBytes signature) => new TaskOffer(new SignedEnvelope(envelope, right.Place, signer, signature), _inputs).ToBytes();
        ISigner thief = TestWorld.Key("thief");
        byte[][] forged =
        [
            Forged(right.Signer, new OpaqueBytes(new byte[64])), Forged(thief.PublicKey, thief.Sign(envelope).Signature), Forged(right.Signer, thief.Sign(envelope).Signature),
        ];
        computed.SetResult();
        foreach (byte[] message in forged)
        {
            Assert.True((await world.ProviderOf(provider).SendAsync(message)).IsEmpty);
            Assert.Equal(TaskState.Open, world.Ledger.FindTask(envelope.Digest)!.State);
        }

        Assert.False((await world.ProviderOf(provider).SendAsync(offer)).IsEmpty);
    }

    [Fact]
    public async Task Who_comes_while_the_work_is_done_needs_the_signature_too()
    {
        TestWorld world = new();
        TaskCompletionSource computed = new();
        NodeId provider = world.Add(signer => new Waiting(signer, world, computed.Task));
        HostileRequester requester = new(world);
        (TaskEnvelope envelope, byte[] offer) = Open(world, requester);
        SignedEnvelope right = world.Requester.Sign(envelope);
        Task<ReadOnlyMemory<byte>> first = world.ProviderOf(provider).SendAsync(offer).AsTask();
        Task<ReadOnlyMemory<byte>> stolen = world.ProviderOf(provider).SendAsync(new TaskOffer(new SignedEnvelope(envelope, right.Place, right.Signer, new OpaqueBytes(new byte[64])), _inputs).ToBytes()).AsTask();
        Assert.True(stolen.IsCompletedSuccessfully);
        Assert.True((await stolen).IsEmpty);
        computed.SetResult();
        Assert.False((await first).IsEmpty);
    }

    [Fact]
    public void A_claim_that_the_ledger_refused_does_not_make_the_provider_forget_the_one_that_stands()
    {
        TestWorld world = new();
        NodeId provider = world.Add(signer => new Repeating(signer, world));
        HostileRequester requester = new(world);
        (TaskEnvelope envelope, byte[] offer) = Open(world, requester);
        _ = world.Time.Run(world.ProviderOf(provider).SendAsync(offer));
        Assert.Equal(LedgerRefusal.None, requester.Demand(envelope));
        Assert.Equal(ClaimDelivery.Revealed, world.Ledger.FindTask(envelope.Digest)!.Delivery);
    }

    [Fact]
    public void A_provider_that_is_made_twice_reveals_the_claims_of_both()
    {
        TestWorld world = new TestWorld().AddHonest();
        HostileRequester requester = new(world);
        SeatRecord record = requester.Fill(HostileRequester.Asserter, 0);
        _ = new LocalProvider(TestWorld.Key("provider 0"), world.Ledger, [new SumEngine()], world.ProviderOptions);
        Assert.Equal(LedgerRefusal.None, requester.Demand(record));
        Assert.Equal(ClaimDelivery.Revealed, world.Ledger.FindTask(requester.Envelope(record).Digest)!.Delivery);
    }

    [Fact]
    public void Nobody_keeps_a_provider_from_hearing_of_a_demand()
    {
        TestWorld world = new TestWorld().AddHonest();
        HostileRequester requester = new(world);
        SeatRecord record = requester.Fill(HostileRequester.Asserter, 0);
        _ = world.Ledger.Watch(record.Provider.Id, static _ => { });
        _ = world.Ledger.Watch(record.Provider.Id, static _ => throw new NotSupportedException());
        List<Digest> heard = [];
        using (world.Ledger.Watch(record.Provider.Id, _ => heard.Add(default)))
        {
        }

        _ = world.Ledger.Watch(record.Provider.Id, heard.Add);
        Assert.Equal(LedgerRefusal.None, requester.Demand(record));
        Assert.Equal(ClaimDelivery.Revealed, world.Ledger.FindTask(requester.Envelope(record).Digest)!.Delivery);
        Assert.Equal(requester.Envelope(record).Digest, Assert.Single(heard)); // whoever left is told nothing
    }

    private static (TaskEnvelope Envelope, byte[] Offer) Open(TestWorld world, HostileRequester requester)
    {
        TaskEnvelope envelope = requester.Envelope(HostileRequester.Asserter, requester.NodeAt(0));
        SignedEnvelope signed = world.Requester.Sign(envelope);
        Assert.Equal(LedgerRefusal.None, world.Ledger.Open(signed));
        return (envelope, new TaskOffer(signed, _inputs).ToBytes());
    }

    // Has both messages found acceptable before either goes on.
    private sealed class Meeting(ISigner signer, TestWorld world, Barrier both) : LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions)
    {
        protected override bool IsAcceptable(TaskEnvelope envelope, NamedTensors inputs)
        {
            bool acceptable = base.IsAcceptable(envelope, inputs);
            both.SignalAndWait();
            return acceptable;
        }
    }

    private sealed class Waiting(ISigner signer, TestWorld world, Task computed) : LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions)
    {
        protected override async ValueTask<NamedTensors> ComputeAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
        {
            await computed.ConfigureAwait(false);
            return await base.ComputeAsync(envelope, inputs, cancellationToken).ConfigureAwait(false);
        }
    }

    // Claims twice, as two runs of one task would.
    private sealed class Repeating(ISigner signer, TestWorld world) : LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions)
    {
        protected override async ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
        {
            ReadOnlyMemory<byte> reply = await base.ClaimAsync(envelope, outputs, cancellationToken).ConfigureAwait(false);
            Assert.True((await base.ClaimAsync(envelope, outputs, cancellationToken).ConfigureAwait(false)).IsEmpty);
            return reply;
        }
    }
}
