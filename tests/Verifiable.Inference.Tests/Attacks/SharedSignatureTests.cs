using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>The envelopes of a committee share one signature: what a stranger, a provider or the requester tries with it on the ledger, and how many signatures are left.</summary>
public sealed class SharedSignatureTests
{
    [Fact]
    public void A_stranger_cannot_spend_a_requester_s_balance_with_a_signature_that_it_was_sent()
    {
        (TestWorld world, TaskEnvelope[] envelopes) = Committee(3);
        ImmutableArray<SignedEnvelope> signed = world.Requester.SignTogether(envelopes);
        Amount before = world.Worth(world.Requester.PublicKey.Id);
        TaskEnvelope mine = envelopes[0] with { Reward = new Amount(100_000), Escrow = new Amount(100_000) };
        SignedEnvelope[] forged = [new(mine, signed[0].Place, signed[0].Signer, signed[0].Signature), new(envelopes[0], signed[1].Place, signed[0].Signer, signed[0].Signature)];
        Assert.All(forged, one => Assert.Equal(LedgerRefusal.InvalidSignature, world.Ledger.Open(one)));
        Assert.All(world.Ledger.Open(forged), static refusal => Assert.Equal(LedgerRefusal.InvalidSignature, refusal));
        Assert.Equal(before, world.Worth(world.Requester.PublicKey.Id));

        // A signature of its own over the requester's envelope is no better, also after the right one was seen.
        Assert.All(world.Ledger.Open(signed), static refusal => Assert.Equal(LedgerRefusal.None, refusal));
        Assert.Equal(LedgerRefusal.InvalidSignature, world.Ledger.Open(TestWorld.Key("stranger").Sign(envelopes[0])));
    }

    [Fact]
    public void An_envelope_is_opened_once_however_often_and_with_whatever_others_it_is_signed()
    {
        (TestWorld world, TaskEnvelope[] envelopes) = Committee(3);
        Assert.Equal(LedgerRefusal.None, world.Ledger.Open(world.Requester.Sign(envelopes[1])));
        ImmutableArray<LedgerRefusal> refusals = world.Ledger.Open(world.Requester.SignTogether([.. envelopes, envelopes[0]]));

        // A retry is answered as the first time; nothing is paid for it.
        Assert.All(refusals, static refusal => Assert.Contains(refusal, new[] { LedgerRefusal.None, LedgerRefusal.TaskExists }));
        Assert.Equal(3 * (long)envelopes[0].Escrow.Units, (long)(world.Ledger.State.Totals.Deposited.Units - world.Ledger.State.Accounts.Sum(static account => (decimal)(account.Value.Balance + account.Value.Stake).Units)));
    }

    [Fact]
    public void What_is_wrong_with_one_envelope_does_not_keep_the_others_of_its_signature_from_being_opened()
    {
        (TestWorld world, TaskEnvelope[] envelopes) = Committee(4);
        envelopes[1] = envelopes[1] with { Deadline = world.Network.Now };
        envelopes[2] = envelopes[2] with { Ledger = default };
        Assert.Equal([LedgerRefusal.None, LedgerRefusal.InvalidDeadlines, LedgerRefusal.WrongLedger, LedgerRefusal.None], world.Ledger.Open(world.Requester.SignTogether(envelopes)).AsEnumerable());
    }

    [Fact]
    public void A_provider_can_show_what_it_was_offered_without_the_others_envelopes()
    {
        List<TaskOffer> offers = Offers(new QuorumStrategy(new QuorumOptions { Beacon = TestWorld.Beacon, Seats = 5, EscalationRate = 0, AllowsInsecureTerms = true }), 40);
        Assert.All(offers, static offer => Assert.True(Canonical.TryRead(offer.ToBytes(), out TaskOffer? read) && read.Envelope.IsValid(SignatureSchemes.Default)));
        Assert.Contains(offers, static offer => offer.Envelope.Place.Count > 1);
    }

    // Who may be linked by a shared signature is a committee's members, who know it: nobody whose role is to be hidden.
    [Fact]
    public void No_envelope_under_sampling_or_hidden_duplication_shares_its_signature()
    {
        Assert.All(Offers(new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 }), 12), static offer => Assert.Equal(1, offer.Envelope.Place.Count));
        Assert.All(Offers(new HiddenDuplicationStrategy(new HiddenDuplicationOptions { Beacon = TestWorld.Beacon, DuplicationRate = 0.9 }), 12), static offer => Assert.Equal(1, offer.Envelope.Place.Count));
    }

    // All that an envelope holds stands on the ledger or in the other envelopes of its request, but for the binding: with it in sight, a provider could try its own envelope on every task.
    [Fact]
    public void A_provider_does_not_find_the_other_tasks_of_its_request_on_the_ledger()
    {
        TestWorld world = new(4, new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 }));
        List<byte[]> messages = [];
        for (int i = 0; i < 6; i++)
        {
            _ = world.Add(signer => new RecordingProvider(new LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions), messages));
        }

        _ = world.Run(new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 }), world.Order(1));
        TaskEnvelope[] envelopes = [.. messages.Select(static message => Canonical.TryRead(message, out TaskOffer? offer) ? offer.Envelope.Body : null).OfType<TaskEnvelope>()];
        TaskRecord[] tasks = [.. envelopes.Select(envelope => world.Ledger.FindTask(envelope.Digest)).OfType<TaskRecord>()];
        Assert.True(tasks.Length > 1 && tasks.Length == envelopes.Length);
        foreach (TaskEnvelope mine in envelopes)
        {
            for (int other = 0; other < tasks.Length; other++)
            {
                Assert.NotEqual(tasks[other].Task, Rebuilt(mine, tasks[other], tasks[other].BindingDigest).Digest);

                // Nothing else is missing.
                Assert.Equal(tasks[other].Task, Rebuilt(mine, tasks[other], envelopes[other].Binding).Digest);
            }
        }
    }

    private static TaskEnvelope Rebuilt(TaskEnvelope mine, TaskRecord task, Digest binding) => mine with
    {
        Provider = task.Provider,
        Binding = binding,
        AuditCommitment = task.AuditCommitment,
        Reward = task.Reward,
        Escrow = task.Escrow,
        StakeAtRisk = task.StakeAtRisk,
        Deadline = task.Deadline,
        OpeningDeadline = task.OpeningDeadline,
    };

    [Fact]
    public void A_committee_of_five_makes_thirteen_signatures_and_has_twelve_verified()
    {
        CountingScheme scheme = new();
        ISigner[] keys = [.. Enumerable.Range(0, 60).Select(index => (ISigner)new CountingSigner(ToySignatures.Key($"{index}")))];
        CountingSigner requester = new(ToySignatures.Key("requester"));
        CountingSigner operatorKey = new(ToySignatures.Key("operator"));
        VirtualTime time = new();
        QuorumStrategy strategy = new(new QuorumOptions { Beacon = TestWorld.Beacon, Seats = 5, EscalationRate = 0, WaitsForAll = true, AllowsInsecureTerms = true });
        InferenceLedger ledger = new(operatorKey, new SignatureSchemes(scheme), time, strategy);
        NumericProfile profile = new("canonical-v1", "f32", "exact");
        InferenceNetwork network = new(ledger, [.. keys.Select(key => new LocalProvider(key, ledger, [new SumEngine(0, profile)], new LocalProviderOptions { Time = time, CoalitionShare = 0 }))], time, new SignatureSchemes(scheme));
        foreach (ISigner key in keys.Append(requester))
        {
            Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(key.PublicKey.Id, new Amount(10_000_000))));
            Assert.Equal(LedgerRefusal.None, key == requester ? LedgerRefusal.None : ledger.Apply(new Bond(key.PublicKey.Id, new Amount(10_000_000))));
        }

        InferenceOrder order = new TestWorld(2, strategy).Order() with { Requester = requester };
        VerificationOutcome outcome;
        (int Signed, int Verified) counted;
        do
        {
            // Until no provider is drawn for two seats.
            int before = keys.Append(requester).Append(operatorKey).Sum(static key => ((CountingSigner)key).Count);
            int head = operatorKey.Count;
            int verified = scheme.Count;
            outcome = time.Run(strategy.RunAsync(order, network));
            counted = (keys.Append(requester).Append(operatorKey).Sum(static key => ((CountingSigner)key).Count) - before, scheme.Count - verified);
            Assert.InRange(operatorKey.Count - head, 1, 2); // the closing head; the opening head once
            counted.Signed -= operatorKey.Count - head - 1;
        }
        while (outcome.Computations < 5);

        Assert.Equal((13, 12), counted);
    }

    private static (TestWorld World, TaskEnvelope[] Envelopes) Committee(int count)
    {
        TestWorld world = new TestWorld(3).AddHonest(count);
        return (world, [.. world.Network.Reachable.Select((provider, index) => new TaskEnvelope
        {
            Ledger = world.Ledger.Id,
            Requester = world.Requester.PublicKey.Id,
            Provider = provider,
            Work = new WorkDescription(TestWorld.Model, CommittedTensors.Of(world.Order().Inputs), new GenerationOptions(0), world.Profile),
            Strategy = "sampling/v2",
            Terms = OpaqueBytes.Empty,
            Binding = Digest.Of([(byte)index]),
            AuditCommitment = AuditSecret.Commit(Digest.Of([2])),
            Reward = new Amount(100),
            Escrow = new Amount(100),
            StakeAtRisk = new Amount(100),
            Deadline = world.Network.Now + 600_000,
            OpeningDeadline = world.Network.Now + 1_800_000,
        })]);
    }

    private static List<TaskOffer> Offers(VerificationStrategy strategy, int providers)
    {
        TestWorld world = new(4, strategy);
        List<byte[]> messages = [];
        for (int i = 0; i < providers; i++)
        {
            _ = world.Add(signer => new RecordingProvider(new LocalProvider(signer, world.Ledger, [new SumEngine(i % 2)], world.ProviderOptions), messages));
        }

        for (int i = 0; i < 12; i++)
        {
            _ = world.Run(strategy, world.Order(i));
        }

        List<TaskOffer> offers = [.. messages.Select(static message => Canonical.TryRead(message, out TaskOffer? offer) ? offer : null).OfType<TaskOffer>()];
        Assert.True(offers.Count > 12);
        return offers;
    }

    private sealed class CountingScheme : ISignatureScheme
    {
        private readonly ToySignatures _toy = new();

        public int Count { get; private set; }

        public string Name => _toy.Name;

        public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
        {
            Count++;
            return _toy.Verify(publicKey, message, signature);
        }
    }

    private sealed class CountingSigner(ISigner inner) : ISigner
    {
        public int Count { get; private set; }

        public PublicKey PublicKey => inner.PublicKey;

        public byte[] Sign(ReadOnlySpan<byte> message)
        {
            Count++;
            return inner.Sign(message);
        }
    }
}
