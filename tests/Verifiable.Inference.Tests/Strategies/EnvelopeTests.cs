using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>What providers see of a request: nothing that tells the coin, their role, or that two envelopes belong together.</summary>
public sealed class EnvelopeTests
{
    private static readonly string[] _common = ["Ledger", "Requester", "Work", "Strategy", "Terms", "Reward", "Escrow", "StakeAtRisk"];

    [Fact]
    public void Envelopes_of_one_request_share_only_ledger_requester_work_strategy_terms_and_price()
    {
        foreach (Seen seen in Run())
        {
            Assert.True(seen.Envelopes.Length > 3, "Asserter, validator and voters were asked.");
            Assert.Equal(_common, SharedByTwo(seen.Envelopes));
            Assert.Equal(_common, SharedByAll(seen.Envelopes));
            Assert.Single(seen.Envelopes.Select(envelope => envelope.OpeningDeadline - envelope.Deadline).Distinct());
        }
    }

    [Fact]
    public void No_message_holds_the_secret_the_nonce_or_the_request()
    {
        foreach (Seen seen in Run())
        {
            Digest[] hidden = [seen.Secret, seen.Request.Nonce, seen.Request.Digest, seen.Request.AuditCommitment];
            Assert.All(hidden, digest => Assert.False(IsInside(digest, seen.Messages)));
            Assert.All(seen.Envelopes, envelope => Assert.True(IsInside(envelope.Binding, seen.Messages)));
        }
    }

    [Fact]
    public void The_same_tests_catch_envelopes_that_leak()
    {
        Seen seen = Run()[0];
        TaskEnvelope[] linked = [.. seen.Envelopes.Select(envelope => envelope with { AuditCommitment = seen.Request.AuditCommitment })];
        Assert.Contains("AuditCommitment", SharedByTwo(linked));
        TaskEnvelope[] priced = [.. seen.Envelopes.Select((envelope, index) => index == 0 ? envelope with { Reward = envelope.Reward + new Amount(1) } : envelope)];
        Assert.DoesNotContain("Reward", SharedByAll(priced));
        TaskEnvelope[] paired = [.. seen.Envelopes];
        paired[1] = paired[1] with { Binding = paired[0].Binding };
        Assert.Contains("Binding", SharedByTwo(paired));
        TaskEnvelope[] varied = [.. seen.Envelopes.Select((envelope, index) => index == 0 ? envelope with { Terms = new OpaqueBytes([1]) } : envelope)];
        Assert.DoesNotContain("Terms", SharedByAll(varied));
        Assert.True(IsInside(seen.Request.Digest, [.. linked.Select(envelope => (envelope with { Binding = seen.Request.Digest }).ToBytes())]));
    }

    [Fact]
    public void A_beacon_of_another_value_gives_another_set_of_audits()
    {
        Assert.NotEqual(Audits(7), Audits(8));
        Assert.Equal(Audits(7), Audits(7));

        bool[] Audits(ulong beacon)
        {
            SamplingStrategy strategy = new(new SamplingOptions { Beacon = new SeededBeacon(beacon), AuditRate = 0.5, DrawsChecksByBeacon = true });
            TestWorld world = new TestWorld(9, strategy).AddHonest(4);
            return [.. Enumerable.Range(0, 24).Select(i => world.Run(strategy, world.Order(i)).WasAudited)];
        }
    }

    // To examine terms costs more than to look a task up, and an envelope is free to make.
    [Fact]
    public void A_provider_examines_the_terms_of_tasks_that_are_on_the_ledger_only()
    {
        TestWorld world = new(3);
        int examined = 0;
        LocalProvider? provider = null;
        _ = world.Add(signer => provider = new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions with { AcceptsTerms = (_, _) => ++examined > 0 }));
        TaskEnvelope envelope = new()
        {
            Ledger = world.Ledger.Id,
            Requester = world.Requester.PublicKey.Id,
            Provider = provider!.Id,
            Work = new WorkDescription(TestWorld.Model, CommittedTensors.Of(world.Order(0).Inputs), new GenerationOptions(0), world.Profile),
            Strategy = "sampling/v3",
            Terms = OpaqueBytes.Empty,
            Binding = Digest.Of([1]),
            AuditCommitment = AuditSecret.Commit(Digest.Of([2])),
            Reward = new Amount(100),
            Escrow = new Amount(100),
            StakeAtRisk = new Amount(100),
            Deadline = world.Network.Now + 600_000,
            OpeningDeadline = world.Network.Now + 1_800_000,
        };
        byte[] offer = new TaskOffer(world.Requester.Sign(envelope), world.Order(0).Inputs).ToBytes();
        Assert.True(world.Time.Run(provider.SendAsync(offer)).IsEmpty);
        Assert.Equal(0, examined);
        Assert.Equal(Inference.Settlement.LedgerRefusal.None, world.Ledger.Open(world.Requester.Sign(envelope)));
        Assert.False(world.Time.Run(provider.SendAsync(offer)).IsEmpty);
        Assert.Equal(1, examined);
    }

    // Runs in which all roles are asked: half of the stake runs another model.
    private static List<Seen> Run()
    {
        TestWorld world = new(4);
        List<byte[]> messages = [];
        for (int i = 0; i < 10; i++)
        {
            SumEngine engine = new(bias: i % 2);
            _ = world.Add(signer => new RecordingProvider(new LocalProvider(signer, world.Ledger, [engine], world.ProviderOptions), messages));
        }

        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });
        List<Seen> seen = [];
        for (int i = 0; i < 12; i++)
        {
            messages.Clear();
            Receipt receipt = world.Run(strategy, world.Order(i)).Receipt!;
            Assert.True(SamplingRecord.TryRead(receipt.Case.Record.Span, receipt.Case.StrategySignatures, out SamplingRecord? record));
            TaskEnvelope[] envelopes = [.. messages.Select(message => Canonical.TryRead(message, out TaskOffer? offer) ? offer.Envelope.Body : null).OfType<TaskEnvelope>()];
            if (envelopes.Length > 3)
            {
                seen.Add(new Seen(receipt.Request, record.Secret, envelopes, [.. messages]));
            }
        }

        Assert.NotEmpty(seen);
        return seen;
    }

    // Two envelopes to one provider share the provider: only other fields link them. Deadlines tell when an envelope was made, which the recipient knows anyway.
    private static (string Name, object Value)[] FieldsOf(TaskEnvelope envelope) =>
    [
        ("Ledger", envelope.Ledger), ("Requester", envelope.Requester), ("Work", envelope.Work), ("Strategy", envelope.Strategy), ("Terms", envelope.Terms),
        ("Reward", envelope.Reward), ("Escrow", envelope.Escrow), ("StakeAtRisk", envelope.StakeAtRisk),
        ("Binding", envelope.Binding), ("AuditCommitment", envelope.AuditCommitment),
    ];

    private static IEnumerable<string> SharedByTwo(TaskEnvelope[] envelopes) =>
        envelopes.SelectMany(FieldsOf).GroupBy(field => field.Name).Where(field => field.DistinctBy(item => item.Value).Count() < envelopes.Length).Select(field => field.Key);

    private static IEnumerable<string> SharedByAll(TaskEnvelope[] envelopes) =>
        envelopes.SelectMany(FieldsOf).GroupBy(field => field.Name).Where(field => field.DistinctBy(item => item.Value).Count() == 1).Select(field => field.Key);

    private static bool IsInside(Digest digest, IReadOnlyList<byte[]> messages)
    {
        byte[] bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return messages.Any(message => message.AsSpan().IndexOf(bytes) >= 0);
    }

    private sealed record Seen(InferenceRequest Request, Digest Secret, TaskEnvelope[] Envelopes, byte[][] Messages);
}
