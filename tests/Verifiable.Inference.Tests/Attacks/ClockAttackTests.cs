using System.Reflection;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>What can be won by being late, by making others late, or by the stakes of another time.</summary>
public sealed class ClockAttackTests
{
    private static readonly SamplingStrategy _always = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });

    [Fact]
    public void A_deadline_that_nobody_can_keep_is_refused()
    {
        TestWorld world = new();
        NodeId victim = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SlowEngine(world.Time, TimeSpan.FromMilliseconds(50))], world.ProviderOptions));
        HostileRequester requester = new(world);
        Assert.Equal(ProviderFault.Refused, requester.Offer(requester.Envelope(HostileRequester.Asserter, victim, world.Network.Now + 1)).Fault);
        Assert.Equal(new Amount(TestWorld.StakeOfEach), world.Ledger.State.GetAccount(victim).FreeStake);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Late_reveals_do_not_make_the_settlement_late(bool postsLate)
    {
        TestWorld world = new();
        for (int i = 0; i < 3; i++)
        {
            _ = world.Add(signer => new LateRevealer(signer, world.Ledger, new SumEngine(bias: 1), world.ProviderOptions, postsLate), 3_000_000);
        }

        _ = world.AddHonest(3);
        for (int i = 0; i < 20; i++)
        {
            VerificationOutcome outcome = world.Run(_always, world.Order(i));
            Assert.True(outcome.Receipt is not null, $"request {i}: {outcome.Verdict.Reason}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wrong_output_that_is_revealed_at_the_last_moment_is_not_paid(bool postsLate)
    {
        TestWorld world = new();
        NodeId late = world.Add(signer => new LateRevealer(signer, world.Ledger, new SumEngine(bias: 1), world.ProviderOptions, postsLate), 1_000_000_000);
        _ = world.AddHonest(7);
        VerificationOutcome outcome = world.Run(_always);
        Assert.Equal(late, outcome.Asserter);
        Assert.Equal(late, Assert.Single(outcome.Slashed));
        Assert.Equal(new Amount(1_000_000_000 - 3000), world.Worth(late));
    }

    [Fact]
    public void A_voter_that_reveals_late_does_not_prevent_a_conviction()
    {
        TestWorld world = new();
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: 1)], world.ProviderOptions), 1_000_000_000);
        _ = world.Add(signer => new LateRevealer(signer, world.Ledger, new SumEngine(), world.ProviderOptions)); // computes rightly, one sixth of the voting stake
        _ = world.AddHonest(6);
        int withoutCheck = 0;
        for (int i = 0; i < 20; i++)
        {
            // Seven seats, two answers: with all seats filled there is always a majority. Drawn as the checker twice, the late one checks nothing: one request in forty-nine.
            VerificationOutcome outcome = world.Run(_always, world.Order(i));
            withoutCheck += outcome.Verdict.Reason == VerdictReason.AuditIncomplete ? 1 : 0;
            Assert.True(outcome.Slashed.SequenceEqual(outcome.Verdict.Reason == VerdictReason.AuditIncomplete ? [] : [cheat]), $"request {i}: {outcome.Verdict.Reason}");
        }

        Assert.InRange(withoutCheck, 0, 4);
    }

    [Theory]
    [InlineData(0, LedgerRefusal.None)]
    [InlineData(1, LedgerRefusal.EvidenceStale)]
    public void A_request_is_not_drawn_from_stakes_that_were_gone_before_it_was_made(int tooLate, LedgerRefusal expected)
    {
        TestWorld world = new TestWorld().AddHonest(8);
        NodeId rich = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: 1)], world.ProviderOptions), 1_000_000_000_000);
        (Signed<LedgerHead> Head, WeightTree Stakes) old = world.Ledger.SignHeadWithStakes();
        Amount gone = new(1_000_000_000_000 - 10_000);
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new Unbond(rich, gone)));
        Assert.Equal(LedgerRefusal.UnbondingNotOver, world.Ledger.Apply(new CollectStake(rich)));
        world.Time.Advance(TimeSpan.FromMilliseconds(InferenceLedger.MaxHeadAgeMilliseconds + tooLate));
        HostileRequester requester = new(world, old);
        int leaf = requester.Draw(HostileRequester.Asserter);
        Assert.Equal(rich, requester.NodeAt(leaf));
        Assert.Equal(expected, requester.Settle(requester.Fill(HostileRequester.Asserter, leaf)).Refusal);
    }

    [Fact]
    public void One_task_with_a_far_opening_does_not_keep_the_claims_of_all_others_in_memory()
    {
        TestWorld world = new();
        Counting? provider = null;
        _ = world.Add(signer => provider = new Counting(signer, world.Ledger, world.ProviderOptions));
        HostileRequester far = new(world, HostileRequester.UsualTerms with { OpeningWindow = (long)TimeSpan.FromDays(300).TotalMilliseconds });
        _ = far.Fill(HostileRequester.Asserter, 0);
        SamplingStrategy never = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1e-9, AllowsInsecureTerms = true });
        for (int i = 0; i < 20; i++)
        {
            _ = world.Run(never, world.Order(i));
            world.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(2, provider!.Kept); // the far one and the last
    }

    [Fact]
    public void A_beacon_that_stays_away_costs_no_provider_anything()
    {
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = new AbsentBeacon(), AuditRate = 1, DrawsChecksByBeacon = true });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(4);
        VerificationOutcome outcome = world.Time.Run(strategy.RunAsync(world.Order(), world.Network));
        Assert.Equal(VerdictReason.OpeningWithheld, outcome.Verdict.Reason);
        world.Time.Advance(TimeSpan.FromDays(1));
        TaskRecord task = Assert.Single(world.Ledger.State.Tasks.Values);
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new ForfeitOpening(task.Task)));
        Assert.Equal(new Amount(TestWorld.StakeOfEach + 120), world.Worth(task.Provider));
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.ReservedStakes);
    }

    [Theory]
    [InlineData(0, LedgerRefusal.None)]
    [InlineData(1, LedgerRefusal.EvidenceRefused)]
    public void An_answer_that_may_come_after_the_beacon_does_not_settle(int tooEarly, LedgerRefusal expected)
    {
        TestWorld world = new TestWorld().AddHonest(4);
        HostileRequester requester = new(world, HostileRequester.UsualTerms with
        {
            CheckDelay = 5001,
        });
        SeatRecord asserter = requester.Fill(HostileRequester.Asserter, requester.Draw(HostileRequester.Asserter), HostileRequester.AnswerWindow + 1 + tooEarly);
        _ = TestWorld.Beacon.TryGetValue(TestWorld.Beacon.RoundAfter(requester.Request.Deadline + 5001), out Digest value);
        _ = TestWorld.Beacon.TryGetValue(TestWorld.Beacon.RoundAfter(requester.Request.Deadline + 5002), out Digest other);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(other, null, asserter).Refusal); // another round's
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(asserter).Refusal); // without its value, never
        Assert.Equal(expected, requester.Settle(value, null, asserter).Refusal);
    }

    // Defect found: checkers that posted in the last millisecond and delivered nothing ran out the time in which the asserter's own claim could be demanded.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Slow_checkers_do_not_save_an_asserter_that_delivers_nothing(bool usesBeacon)
    {
        SamplingOptions options = new() { Beacon = TestWorld.Beacon, AuditRate = 1, DrawsChecksByBeacon = usesBeacon };
        SamplingStrategy strategy = new(options with { OpeningWindow = (8 * options.MaxAttempts * (options.AnswerWindow + options.AcceptWindow)) + TimeSpan.FromSeconds(usesBeacon ? 40 : 0) }); // the least
        TestWorld world = new();
        NodeId cheat = world.Add(signer => new LateRevealer(signer, world.Ledger, new SumEngine(bias: 1), world.ProviderOptions, postsLate: true), 1_000_000_000_000);
        for (int i = 0; i < 3; i++)
        {
            _ = world.Add(signer => new LateRevealer(signer, world.Ledger, new SumEngine(), world.ProviderOptions, postsLate: true));
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SlowEngine(world.Time, TimeSpan.FromSeconds(9))], world.ProviderOptions));
        }

        for (int i = 0; i < 20; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            Assert.Equal(cheat, outcome.Asserter);
            Assert.NotEqual(VerdictReason.OutputWithheld, outcome.Verdict.Reason);
        }
    }

    private sealed class SlowEngine(TimeProvider time, TimeSpan duration) : IInferenceEngine
    {
        private readonly SumEngine _sum = new();

        public EngineDescription Description => _sum.Description;

        public async ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
        {
            await Task.Delay(duration, time, cancellationToken).ConfigureAwait(false);
            return await _sum.RunAsync(inputs, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed class AbsentBeacon : IRandomBeacon
    {
        private readonly SeededBeacon _times = new(1);

        public string Name => "absent";

        public ulong LastRound => ulong.MaxValue;

        public ulong RoundAfter(long time) => _times.RoundAfter(time);

        public long TimeOf(ulong round) => _times.TimeOf(round);

        public bool TryGetValue(ulong round, out Digest value)
        {
            value = default;
            return false;
        }
    }

    private sealed class Counting(ISigner signer, InferenceLedger ledger, LocalProviderOptions options) : LocalProvider(signer, ledger, [new SumEngine()], options)
    {
        public int Kept => ((KeptClaims)typeof(LocalProvider).GetField("_claims", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(this)!).All.Count;
    }
}
