using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Claims;

/// <summary>Sealed offers: only the drawn provider reads them, nothing about them fits elsewhere, and sizes tell a power of two.</summary>
public sealed class SealingTests : IDisposable
{
    private static readonly NodeId _ledger = TestWorld.Key("operator").PublicKey.Id;
    private static readonly NodeId _provider = TestWorld.Key("provider").PublicKey.Id;
    private static readonly Digest _task = Digest.Of("a task"u8);

    private readonly EncryptionKey _key = EncryptionKey.FromSeed("a key"u8);

    private EncryptionKeyAnnouncement Announcement => new(_ledger, _provider, _key.PublicKey, 0, long.MaxValue);

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1020)]
    [InlineData(1021)]
    [InlineData(100_000)]
    public void What_is_sealed_opens_and_so_does_the_reply(int length)
    {
        byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
        (SealedMessage message, SealedExchange mine) = PayloadSealing.Seal(Announcement, _task, payload);
        Assert.True(Canonical.TryRead(message.ToBytes(), out SealedMessage? read));
        Assert.True(PayloadSealing.TryOpen(read, _key, _ledger, _provider, out byte[]? opened, out SealedExchange? its));
        Assert.Equal(payload, opened);
        Assert.True(Canonical.TryRead(its.SealReply(payload, Digest.Of([1])).ToBytes(), out SealedReply? reply));
        Assert.True(mine.TryOpenReply(reply, out byte[]? answer));
        Assert.Equal(payload, answer);
    }

    [Fact]
    public void A_message_fits_no_other_ledger_task_provider_or_key()
    {
        (SealedMessage message, _) = PayloadSealing.Seal(Announcement, _task, "an offer"u8);
        using EncryptionKey other = EncryptionKey.FromSeed("another key"u8);
        Assert.True(PayloadSealing.TryOpen(message, _key, _ledger, _provider, out _, out _));
        Assert.False(PayloadSealing.TryOpen(message, other, _ledger, _provider, out _, out _));
        Assert.False(PayloadSealing.TryOpen(message, _key, _provider, _provider, out _, out _));
        Assert.False(PayloadSealing.TryOpen(message, _key, _ledger, _ledger, out _, out _));
        Assert.False(PayloadSealing.TryOpen(message with { Task = Digest.Of("another"u8) }, _key, _ledger, _provider, out _, out _));
    }

    [Fact]
    public void A_flipped_bit_anywhere_opens_nothing()
    {
        (SealedMessage message, SealedExchange mine) = PayloadSealing.Seal(Announcement, _task, "an offer"u8);
        Assert.True(PayloadSealing.TryOpen(message, _key, _ledger, _provider, out _, out SealedExchange? its));
        byte[] bytes = message.ToBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i] ^= (byte)(1 << (i % 8));
            Assert.False(Canonical.TryRead(flipped, out SealedMessage? read) && PayloadSealing.TryOpen(read, _key, _ledger, _provider, out _, out _), $"byte {i}");
        }

        byte[] reply = its.SealReply("a reply"u8, Digest.Of([1])).ToBytes();
        for (int i = 0; i < reply.Length; i++)
        {
            byte[] flipped = [.. reply];
            flipped[i] ^= (byte)(1 << (i % 8));
            Assert.False(Canonical.TryRead(flipped, out SealedReply? read) && mine.TryOpenReply(read, out _), $"byte {i}");
        }
    }

    [Fact]
    public void A_reply_answers_its_own_message_only_and_two_replies_share_no_key()
    {
        (SealedMessage first, SealedExchange mine) = PayloadSealing.Seal(Announcement, _task, "an offer"u8);
        (_, SealedExchange other) = PayloadSealing.Seal(Announcement, _task, "an offer"u8);
        Assert.True(PayloadSealing.TryOpen(first, _key, _ledger, _provider, out _, out SealedExchange? its));
        SealedReply reply = its.SealReply("a reply"u8, Digest.Of([1]));
        Assert.False(other.TryOpenReply(reply, out _));
        Assert.False(mine.TryOpenReply(reply with { Ciphertext = new OpaqueBytes([1, 2, 3]) }, out _));
        Assert.NotEqual(reply.Ciphertext, its.SealReply("a reply"u8, Digest.Of([2])).Ciphertext);
    }

    [Fact]
    public void The_same_message_is_sealed_with_a_fresh_key_each_time()
    {
        SealedMessage[] messages = [.. Enumerable.Range(0, 16).Select(_ => PayloadSealing.Seal(Announcement, _task, "an offer"u8).Message)];
        Assert.Equal(16, messages.Select(message => message.Encapsulation).Distinct().Count());
        Assert.Equal(16, messages.Select(message => message.Ciphertext).Distinct().Count());
    }

    [Fact]
    public void Sizes_tell_the_power_of_two_and_nothing_else()
    {
        // The least bucket is 1024 bytes, with four of length and sixteen of tag around the payload.
        for (int length = 0; length < 5000; length += 37)
        {
            int bucket = 1024;
            while (bucket < length + 4)
            {
                bucket *= 2;
            }

            (SealedMessage message, SealedExchange exchange) = PayloadSealing.Seal(Announcement, _task, new byte[length]);
            Assert.Equal(bucket + 16, message.Ciphertext.Length);
            Assert.Equal(bucket + 16, exchange.SealReply(new byte[length], Digest.Of([1])).Ciphertext.Length);
        }
    }

    [Fact]
    public void Padding_has_one_form()
    {
        byte[] padded = PayloadPadding.Pad("payload"u8);
        Assert.True(PayloadPadding.TryUnpad(padded, out _));
        byte[] tail = [.. padded];
        tail[^1] = 1;
        byte[] negative = [.. padded];
        negative[3] = 0x80;
        byte[] tooLong = [.. padded];
        tooLong[2] = 1;
        byte[] twice = [.. padded, .. new byte[padded.Length]];
        Assert.All([tail, negative, tooLong, twice, padded[..512], [], [0, 0, 0, 0]], bytes => Assert.False(PayloadPadding.TryUnpad(bytes, out _)));
    }

    [Fact]
    public void Requests_run_over_sealed_routes_and_relays_see_nothing_that_depends_on_the_payload()
    {
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(5);
        Relay[] relays = [.. world.Network.Reachable.Select((id, index) => new Relay(ProviderOf(world, id), TestWorld.Key("provider " + index), world))];
        InferenceNetwork network = new(world.Ledger, relays.Select(relay => relay.Route), world.Time);
        VerificationOutcome outcome = world.Time.Run(strategy.RunAsync(world.Order(), network));
        Assert.Equal(VerdictKind.Accepted, outcome.Verdict.Kind);
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
        byte[][] seen = [.. relays.SelectMany(relay => relay.Seen)];
        Assert.Equal(4, seen.Length);

        // Whatever is inside (the work, the inputs' names, the strategy, the provider's claim) is not outside.
        Assert.All(seen, bytes => Assert.Equal(-1, bytes.AsSpan().IndexOf("sampling/v3"u8)));
        Assert.All(seen, bytes => Assert.Equal(-1, bytes.AsSpan().IndexOf("vinf/offer"u8)));
        Assert.Single(seen.Where((_, index) => index % 2 == 0).Select(bytes => bytes.Length).Distinct());
    }

    [Fact]
    public void An_announcement_of_somebody_else_or_of_another_ledger_or_time_makes_no_route()
    {
        TestWorld world = new TestWorld().AddHonest(2);
        NodeId[] ids = [.. world.Network.Reachable];
        IProvider way = ProviderOf(world, TestWorld.Key("provider 0").PublicKey.Id);
        long now = world.Network.Now;
        EncryptionKeyAnnouncement good = new(world.Ledger.Id, way.Id, _key.PublicKey, now, now + 1000);
        Assert.True(Try(good, "provider 0"));
        Assert.False(Try(good, "provider 1"));
        Assert.False(Try(good with { Provider = ids.First(id => id != way.Id) }, "provider 1"));
        Assert.False(Try(good with { Ledger = way.Id }, "provider 0"));
        Assert.False(Try(good with { NotBefore = now + 1 }, "provider 0"));
        Assert.False(Try(good with { NotBefore = now - 5, NotAfter = now }, "provider 0"));

        bool Try(EncryptionKeyAnnouncement announcement, string signer) =>
            SealedRoute.TryCreate(way, TestWorld.Key(signer).Sign(announcement), world.Ledger.Id, SignatureSchemes.Default, world.Time, out _);
    }

    [Fact]
    public void A_sealed_provider_refuses_what_is_not_sealed_to_it()
    {
        TestWorld world = new TestWorld().AddHonest(1);
        IProvider inner = ProviderOf(world, TestWorld.Key("provider 0").PublicKey.Id);
        SealedProvider provider = new(inner, _key, world.Ledger.Id);
        EncryptionKeyAnnouncement announcement = new(world.Ledger.Id, inner.Id, _key.PublicKey, 0, long.MaxValue);
        byte[][] messages = [[], [1, 2, 3], PayloadSealing.Seal(announcement, _task, "no offer"u8).Message.ToBytes(), PayloadSealing.Seal(announcement with { Ledger = inner.Id }, _task, "no offer"u8).Message.ToBytes()];
        Assert.All(messages, message => Assert.True(world.Time.Run(provider.SendAsync(message)).IsEmpty));
    }

    private static IProvider ProviderOf(TestWorld world, NodeId id) => world.ProviderOf(id);

    /// <summary>Carries messages between a route and a provider, and keeps them.</summary>
    private sealed class Relay : IProvider
    {
        private readonly SealedProvider _inner;

        public Relay(IProvider provider, ISigner signer, TestWorld world)
        {
            signer = provider.Id == signer.PublicKey.Id ? signer : Enumerable.Range(0, 100).Select(i => TestWorld.Key("provider " + i)).First(key => key.PublicKey.Id == provider.Id);
            EncryptionKey key = EncryptionKey.Generate();
            _inner = new SealedProvider(provider, key, world.Ledger.Id);
            Signed<EncryptionKeyAnnouncement> announcement = signer.Sign(new EncryptionKeyAnnouncement(world.Ledger.Id, provider.Id, key.PublicKey, 0, long.MaxValue));
            Assert.True(SealedRoute.TryCreate(this, announcement, world.Ledger.Id, SignatureSchemes.Default, world.Time, out SealedRoute? route));
            Route = route;
        }

        public SealedRoute Route { get; }

        public List<byte[]> Seen { get; } = [];

        public NodeId Id => _inner.Id;

        public async ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
        {
            Seen.Add(message.ToArray());
            ReadOnlyMemory<byte> reply = await _inner.SendAsync(message, cancellationToken);
            Seen.Add(reply.ToArray());
            return reply;
        }
    }
}
