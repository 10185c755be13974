using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Optimistic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>What a requester, a provider or a recomputer could do against the others under the optimistic strategy. Each was open once; its test failed on the code as it was.</summary>
public sealed class OptimisticAttackTests
{
    private static readonly OptimisticOptions _options = new() { Referees = [new SumReferee()], CheckRate = 1e-9, AllowsInsecureTerms = true, MaxReassignments = 0 };

    [Fact]
    public void M1_a_requester_that_leaves_a_conviction_out_settles_nothing_and_the_stake_is_gone_already()
    {
        (TestWorld world, OptimisticStrategy strategy, HandmadeRequest request) = Answered(bias: 1);
        _ = request.Post();
        Assert.Equal(DocketClaimStatus.Convicted, world.Court!.Docket.Claims[request.Id].Status);

        // No settlement was sent, and none has to be.
        LedgerAccount account = world.Ledger.State.GetAccount(request.Provider);
        Assert.Equal((Amount.Zero, new Amount(TestWorld.StakeOfEach - 3000), CourtStanding.Convicted), (account.ReservedStake, account.FreeStake, request.Record.Court));

        // The requester says that nobody posted the claim in the court, or that it stands by a ruling of its own; then nothing at all.
        Assert.Equal(LedgerRefusal.RulingMismatch, request.Settle(null));
        Assert.Equal(LedgerRefusal.EvidenceRefused, request.Settle(world.Requester.Sign(Final(world, request))));
        Assert.Equal(LedgerRefusal.RulingMismatch, request.Settle(TestWorld.Key("operator").Sign(Final(world, request))));
        Amount requester = world.Worth(world.Requester.PublicKey.Id);
        Amount worth = world.Worth(request.Provider);
        world.Time.Advance(strategy.Options.OpeningWindow + TimeSpan.FromMinutes(1));
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new ForfeitOpening(request.Envelope.Digest)));
        Assert.Equal((worth, requester + new Amount(120)), (world.Worth(request.Provider), world.Worth(world.Requester.PublicKey.Id)));
        Assert.True(world.Ledger.State.Totals.IsConserved);
    }

    [Fact]
    public void M1_a_conviction_that_is_told_is_settled_once_and_the_stake_is_not_taken_twice()
    {
        (TestWorld world, _, HandmadeRequest request) = Answered(bias: 1);
        Amount before = world.Worth(request.Provider) + new Amount(3000);
        _ = request.Post();
        Assert.Equal(LedgerRefusal.None, request.Settle(world.Court!.SignRuling(request.Id)));
        Assert.Equal((before - new Amount(6000), new Amount(5520)), (world.Worth(request.Provider), world.Ledger.State.Totals.Burnt));
        Assert.True(world.Ledger.State.Totals.IsConserved);
    }

    [Fact]
    public void M1_a_requester_that_leaves_out_that_a_claim_stands_settles_nothing_and_the_provider_is_paid()
    {
        (TestWorld world, OptimisticStrategy strategy, HandmadeRequest request) = Answered(bias: 0);
        _ = request.Post();

        // While it can be challenged nobody closes its task, whatever he says; when it stands nobody says otherwise.
        Assert.Equal(LedgerRefusal.TaskInCourt, request.Settle(null));
        world.Time.Advance(TimeSpan.FromMilliseconds(world.Court!.Terms.Window));
        Assert.Equal(LedgerRefusal.TaskInCourt, request.Settle(null));
        Assert.Equal(LedgerRefusal.TaskInCourt, request.Settle(TestWorld.Key("operator").Sign(Final(world, request))));
        Assert.Equal(DisputeRefusal.None, world.Court.Finish(request.Id));
        Assert.Equal(LedgerRefusal.RulingMismatch, request.Settle(null));
        Amount before = world.Worth(request.Provider);
        world.Time.Advance(strategy.Options.OpeningWindow);
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new ForfeitOpening(request.Envelope.Digest)));
        Assert.Equal(before + new Amount(120), world.Worth(request.Provider));
    }

    [Fact]
    public void M1_nothing_is_settled_or_forfeited_while_a_game_is_open()
    {
        (TestWorld world, OptimisticStrategy strategy, HandmadeRequest request) = Answered(bias: 0);
        _ = request.Post();
        world.Watchers!.IsOnline = _ => false;
        ISigner griefer = Griefer(world);
        Assert.Equal(DisputeRefusal.None, world.Court!.Open(griefer.Sign(OptimisticStrategyTests.OpeningOf(request.Claim, griefer))));
        world.Time.Advance(TimeSpan.FromMilliseconds(world.Court.Terms.Window + 1));
        Assert.Equal(LedgerRefusal.TaskInCourt, request.Settle(null));
        world.Time.Advance(strategy.Options.OpeningWindow);
        Assert.Equal(LedgerRefusal.TaskInCourt, world.Ledger.Apply(new ForfeitOpening(request.Envelope.Digest)));

        // Late, and by anybody: the claimant had been silent.
        Assert.Equal(DisputeRefusal.None, world.Court.CallTime(Assert.Single(world.Court.Docket.Games.Keys)));
        Assert.Equal(CourtStanding.Convicted, request.Record.Court);
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new ForfeitOpening(request.Envelope.Digest)));
    }

    [Fact]
    public void M1_a_claim_that_its_requester_keeps_out_of_the_court_is_posted_by_its_provider_and_paid()
    {
        (TestWorld world, OptimisticStrategy strategy, HandmadeRequest request) = Answered(bias: 0);
        DisputeWatcher watcher = world.Watchers!.Of(request.Provider);
        Assert.Equal(request.Id, Assert.Single(watcher.Claims));
        Assert.Equal(0, world.Time.Run(watcher.StepAsync()));
        Assert.Equal(request.Record.RevealDeadline, watcher.NextDue);
        world.Time.Advance(TimeSpan.FromMilliseconds(watcher.NextDue!.Value - world.Court!.Now - 1));
        Assert.Equal(0, world.Time.Run(watcher.StepAsync()));
        Assert.Empty(world.Court.ReadClaims());
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, world.Time.Run(watcher.StepAsync()));
        Play(world, watcher);
        Assert.Equal(DocketClaimStatus.Final, world.Court.Docket.Claims[request.Id].Status);
        Amount before = world.Worth(request.Provider);
        world.Time.Advance(strategy.Options.OpeningWindow);
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new ForfeitOpening(request.Envelope.Digest)));
        Assert.Equal(before + new Amount(120), world.Worth(request.Provider));
    }

    [Fact]
    public void M1_a_bonded_claim_that_nobody_shows_is_not_paid_and_its_bond_goes_back()
    {
        (TestWorld world, OptimisticStrategy strategy, HandmadeRequest request) = Answered(bias: 1);
        Assert.Equal(new Amount(3000), world.Ledger.State.Totals.Collaterals);
        Amount before = world.Worth(request.Provider);
        world.Time.Advance(strategy.Options.OpeningWindow + TimeSpan.FromMinutes(1));
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new ForfeitOpening(request.Envelope.Digest)));
        Assert.Equal((before + new Amount(3000), new Amount(120)), (world.Worth(request.Provider), world.Ledger.State.Totals.Burnt));
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Collaterals);
    }

    [Fact]
    public void M1_a_settlement_that_says_no_court_has_the_claim_waits_until_no_court_can()
    {
        (TestWorld world, _, HandmadeRequest request) = Answered(bias: 0);
        Assert.Equal(LedgerRefusal.CourtDeadlineNotReached, request.Settle(null));
        world.Time.Advance(TimeSpan.FromMilliseconds(request.Record.CourtDeadline - 1 - world.Court!.Now));
        Assert.Equal(LedgerRefusal.CourtDeadlineNotReached, request.Settle(null));
        Assert.Equal(DisputeRefusal.None, world.Court.Examine(request.Claim));
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(DisputeRefusal.LedgerClosesTooEarly, world.Court.Post(request.Claim));
        Assert.Equal(LedgerRefusal.None, request.Settle(null));
        Assert.Equal((new Amount(120), Amount.Zero), (world.Ledger.State.Totals.Burnt, world.Ledger.State.Totals.Collaterals));
    }

    [Fact]
    public void M2_a_challenger_whose_requester_is_gone_has_time_called_and_its_bond_and_reward_by_its_own_watcher()
    {
        (TestWorld world, _, HandmadeRequest request) = Answered(bias: 1);
        world.Watchers!.IsOnline = _ => false;
        _ = request.Post();
        DisputeWatcher watcher = world.Watchers.Create(world.Watchers.Outsider);
        Assert.True(watcher.Follow(request.Claim));
        Play(world, watcher);
        DisputeState state = Assert.Single(world.Court!.Docket.Games.Values).State;
        Assert.Equal((DisputeResult.Convicted, DisputeCause.ClaimantSilent), (state.Result, state.Cause));
        Assert.Equal(new Amount(1_000_000 + 480), world.Worth(world.Watchers.Outsider.PublicKey.Id));
        Assert.Equal((Amount.Zero, CourtStanding.Convicted), (world.Ledger.State.Totals.Collaterals, request.Record.Court));
    }

    [Fact]
    public void M2_a_claimant_whose_requester_is_gone_has_its_bond_and_half_of_the_challenger_s_by_its_own_watcher()
    {
        (TestWorld world, _, HandmadeRequest request) = Answered(bias: 0);
        world.Watchers!.IsOnline = _ => false;
        Amount before = world.Worth(request.Provider);
        _ = request.Post();
        ISigner griefer = Griefer(world);
        Assert.Equal(DisputeRefusal.None, world.Court!.Open(griefer.Sign(OptimisticStrategyTests.OpeningOf(request.Claim, griefer))));
        Play(world, world.Watchers.Of(request.Provider));
        Assert.Equal((DocketClaimStatus.Final, before + new Amount(3000 + 300)), (world.Court.Docket.Claims[request.Id].Status, world.Worth(request.Provider)));
        Assert.Equal((Amount.Zero, CourtStanding.Stands), (world.Ledger.State.Totals.Collaterals, request.Record.Court));
    }

    [Fact]
    public void M2_whoever_follows_a_claim_has_it_made_final_though_it_is_no_party_to_anything()
    {
        (TestWorld world, _, HandmadeRequest request) = Answered(bias: 0);
        world.Watchers!.IsOnline = _ => false;
        _ = request.Post();
        DisputeWatcher watcher = world.Watchers.Create(TestWorld.Key("passer-by"));
        Assert.True(watcher.Follow(request.Claim));
        Play(world, watcher);
        Assert.Equal(DocketClaimStatus.Final, world.Court!.Docket.Claims[request.Id].Status);
        Assert.Equal(0, watcher.Sent);
    }

    [Fact]
    public void M3_terms_whose_window_does_not_hold_a_check_are_refused_by_strategy_and_providers()
    {
        OptimisticOptions good = new() { Referees = [new SumReferee()] };
        OptimisticOptions edge = good with { CheckWindow = TimeSpan.FromMilliseconds(good.Disputes.Window - good.Disputes.Extension) };
        _ = new OptimisticStrategy(edge);
        string fault = Fault(edge with { CheckWindow = edge.CheckWindow + TimeSpan.FromMilliseconds(1) });
        Assert.Contains("between 24 s and 3540 s", fault, StringComparison.Ordinal);

        // A quarter of the opening window, when providers show their claims themselves, is the other bound; all attempts are the lower one.
        OptimisticOptions wide = good with { Disputes = good.Disputes with { Window = 4 * 3_600_000, MaxFinality = 24 * 3_600_000 }, OpeningWindow = TimeSpan.FromHours(24), CheckWindow = TimeSpan.FromHours(3.9) };
        _ = new OptimisticStrategy(wide);
        _ = Fault(wide with { OpeningWindow = TimeSpan.FromHours(17.99), Disputes = wide.Disputes with { Window = 14_400_000 }, CheckWindow = TimeSpan.FromHours(3.95), MaxAttempts = 3, AnswerWindow = TimeSpan.FromHours(1) });
        Assert.Contains("all attempts at a check", Fault(good with { CheckWindow = TimeSpan.FromSeconds(23) }), StringComparison.Ordinal);

        // Providers ask for the same.
        Assert.NotNull(Ask(_options with { CheckWindow = edge.CheckWindow }));
        Assert.Null(Ask(_options with { CheckWindow = edge.CheckWindow + TimeSpan.FromMilliseconds(1) }));

        static string Fault(OptimisticOptions options) => Assert.Throws<ArgumentException>(() => new OptimisticStrategy(options)).Message;
    }

    [Fact]
    public void M3_a_beacon_whose_rounds_are_further_apart_than_a_check_may_take_begins_no_request()
    {
        OptimisticStrategy strategy = new(_options with { CheckRate = 1, Beacon = new SlowBeacon(TimeSpan.FromHours(2)) });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(2);
        Assert.Contains("CheckWindow", Assert.Throws<InvalidOperationException>(() => world.Run(strategy)).Message, StringComparison.Ordinal);
        Assert.Empty(world.Ledger.State.Tasks);
    }

    [Fact]
    public void M3_a_check_that_comes_late_in_its_time_still_convicts()
    {
        OptimisticStrategy strategy = new(_options with { CheckRate = 1, AnswerWindow = TimeSpan.FromMinutes(50), CheckWindow = TimeSpan.FromMinutes(59), MaxAttempts = 1, OpeningWindow = TimeSpan.FromHours(16) });
        TestWorld world = new(strategy: strategy);
        world.Watchers!.IsWatched = false;
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions), stake: 1_000_000_000);
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SlowSumEngine(world, TimeSpan.FromMinutes(49))], world.ProviderOptions));
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal((VerdictReason.DisputeLost, cheat), (outcome.Verdict.Reason, Assert.Single(outcome.Slashed)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void M4_a_recomputer_finds_no_claim_to_copy_until_it_has_claimed(bool hasBeacon)
    {
        OptimisticStrategy strategy = new(_options with { CheckRate = 1, MaxAttempts = 3, Beacon = hasBeacon ? TestWorld.Beacon : null });
        TestWorld world = new TestWorld(strategy: strategy);
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions), stake: 100_000_000);
        CopyingEngine copier = new(world);
        NodeId free = world.Add(signer => new LocalProvider(signer, world.Ledger, [copier], world.ProviderOptions));
        VerificationOutcome outcome = world.Run(strategy);
        Assert.True(copier.Asked > 0);
        Assert.Equal(0, copier.Seen);

        // It answers something, as it has nothing to copy, and whoever watches convicts it.
        Assert.Equal(free, Assert.Single(outcome.Slashed));
        Assert.Equal(5f, outcome.Output!["y"].AsSpan<float>()[0]);
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
    }

    [Fact]
    public void M5_a_provider_that_nobody_would_defend_takes_no_bonded_task_and_says_so()
    {
        OptimisticStrategy strategy = new(_options);
        TestWorld world = new(strategy: strategy);
        LocalProvider? alone = null;
        _ = world.Add(signer => alone = new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions with { Defender = null }));
        InferenceOrder order = world.Order();
        TaskEnvelope envelope = Envelope(world, strategy, order);
        Assert.Equal(LedgerRefusal.None, world.Ledger.Open(world.Requester.Sign(envelope)));
        Assert.Equal(OfferRefusal.NoDefender, alone!.Examine(envelope, order.Inputs));
        Assert.Null(world.Run(strategy, order).Asserter);

        // Under a strategy without disputes it works as ever.
        TestWorld sampled = new TestWorld().AddHonest(2);
        Assert.Equal(Amount.Zero, sampled.Ledger.State.Totals.Collaterals);
    }

    [Fact]
    public void M5_accepting_locks_the_claim_bond_and_who_has_none_cannot_accept()
    {
        (TestWorld world, _, HandmadeRequest request) = Answered(bias: 0);
        Assert.Equal(new Amount(3000), world.Ledger.State.Totals.Collaterals);
        Assert.Equal(LedgerRefusal.InsufficientBalance, world.Ledger.Apply(new Withdraw(request.Provider, new Amount(1_000_000))));

        OptimisticStrategy strategy = new(_options);
        TestWorld poor = new TestWorld(strategy: strategy).AddHonest(1);
        NodeId provider = poor.Network.Reachable.Single();
        Assert.Equal(LedgerRefusal.None, poor.Ledger.Apply(new Withdraw(provider, new Amount(997_001))));
        Amount before = poor.Worth(provider);
        Assert.Equal(VerdictReason.NoProvider, poor.Run(strategy).Verdict.Reason);
        Assert.Equal(before, poor.Worth(provider));
        Assert.Equal(LedgerRefusal.None, poor.Ledger.Apply(new Deposit(provider, new Amount(1))));
        Assert.NotNull(poor.Run(strategy).Output);
    }

    [Fact]
    public void M7_a_cheat_that_convicts_itself_loses_what_the_assessment_counts()
    {
        // A second identity of the cheat challenges first, and is the only one.
        (TestWorld world, OptimisticStrategy strategy, HandmadeRequest request) = Answered(bias: 1);
        world.Watchers!.IsOnline = node => node == request.Provider;
        Amount before = world.Worth(request.Provider) + new Amount(3000) + world.Worth(world.Watchers.Outsider.PublicKey.Id);
        _ = request.Post();
        DisputeWatcher self = world.Watchers.Create(world.Watchers.Outsider);
        Assert.True(self.Follow(request.Claim));
        Play(world, self);
        Assert.Equal(CourtStanding.Convicted, request.Record.Court);
        Amount after = world.Worth(request.Provider) + world.Worth(world.Watchers.Outsider.PublicKey.Id);
        Assert.Equal(strategy.Assess().LeastLoss, before.Units - after.Units);
    }

    [Fact]
    public void M7_the_value_of_a_fraud_counts_in_every_number_of_the_assessment()
    {
        OptimisticOptions options = new() { Referees = [new SumReferee()], AllowsInsecureTerms = true };
        OptimisticStrategyAssessment without = new OptimisticStrategy(options).Assess();
        OptimisticStrategyAssessment with = new OptimisticStrategy(options with { Costs = options.Costs with { FraudValue = 2000 } }).Assess();
        Assert.True(without.IsHonestySecure && without.Examine()!.IsSecure && without.Watched.FraudRate == 0);
        Assert.False(with.IsHonestySecure || with.Examine()!.IsSecure || with.Watched.FraudRate == 0);
        Assert.True(with.BreakingCoalitionShare is null);
        Assert.Equal((double)((2000m - 20m) / (2000 + 5520)), with.Game.Indifference, 12);

        // The least rate with it is the least.
        double least = (double)((2000m - 20m) / (2000 + 5520) / 0.9m);
        Assert.True(new OptimisticStrategy(options with { CheckRate = least + 1e-6, Costs = options.Costs with { FraudValue = 2000 } }).Assess() is { IsHonestySecure: true } secure && secure.Examine()!.IsSecure);
        Assert.False(new OptimisticStrategy(options with { CheckRate = least - 1e-6, Costs = options.Costs with { FraudValue = 2000 } }).Assess() is { IsHonestySecure: true } open && open.Examine()!.IsSecure);
    }

    [Fact]
    public void M8_a_provider_takes_no_task_on_clocks_or_bonds_that_are_not_the_court_s()
    {
        OptimisticStrategy strategy = new(_options);
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(1);
        InferenceOrder order = world.Order();
        LocalProvider provider = Assert.IsType<LocalProvider>(world.ProviderOf(world.Network.Reachable.Single()));
        Assert.Equal(OfferRefusal.None, Examine(strategy.Options.Disputes));
        Assert.Equal(OfferRefusal.TermsRefused, Examine(strategy.Options.Disputes with { Window = strategy.Options.Disputes.Window + 1 }));
        Assert.Equal(OfferRefusal.TermsRefused, Examine(strategy.Options.Disputes with { ClaimBond = new Amount(2999) }));
        Assert.Equal(OfferRefusal.TermsRefused, Examine(strategy.Options.Disputes with { MaxReward = new Amount(481) }));

        OfferRefusal Examine(DisputeTerms disputes)
        {
            TaskEnvelope envelope = Envelope(world, new OptimisticStrategy(_options with { Disputes = disputes }), order);
            Assert.Equal(LedgerRefusal.None, world.Ledger.Open(world.Requester.Sign(envelope)));
            return provider.Examine(envelope, order.Inputs);
        }
    }

    [Fact]
    public void M8_a_court_takes_no_claim_on_clocks_or_bonds_that_are_not_its_own()
    {
        (TestWorld world, _, HandmadeRequest request) = Answered(bias: 0);
        DisputeTerms terms = world.Court!.Terms;
        Assert.Equal(DisputeRefusal.NotOnTheLedger, Of(terms with { Window = terms.Window + 1 }, OptimisticStrategy.FindDisputeTerms).Post(request.Claim));

        // Whatever an envelope is said to state: the bond that acceptance locked is another.
        DisputeTerms cheap = terms with { ClaimBond = new Amount(2999) };
        Assert.Equal(DisputeRefusal.NotOnTheLedger, Of(cheap, _ => cheap).Post(request.Claim));
        Assert.Equal((CourtStanding.None, DisputeRefusal.None), (request.Record.Court, Of(terms, OptimisticStrategy.FindDisputeTerms).Post(request.Claim)));

        LedgerCourt Of(DisputeTerms own, Func<TaskEnvelope, DisputeTerms?> termsOf) => new(world.Ledger, TestWorld.Key("operator"), world.Time, own, termsOf, new SumReferee());
    }

    [Fact]
    public void M3_evidence_of_a_check_that_came_after_its_time_is_refused()
    {
        OptimisticStrategy strategy = new(_options with { CheckRate = 1 });
        Receipt receipt = new TestWorld(strategy: strategy).AddHonest(2).Run(strategy).Receipt!;
        Assert.True(OptimisticRecord.TryRead(receipt.Case, out OptimisticRecord? record));
        long last = record.Asserter.Deadline + (long)strategy.Options.CheckWindow.TotalMilliseconds;
        Assert.Equal("claims", Refuted(last));
        Assert.Equal("seats", Refuted(last + 1));

        string? Refuted(long deadline)
        {
            OptimisticRecord late = record with { Seats = [record.Seats[0], record.Seats[1] with { Deadline = deadline }] };
            return strategy.Check(receipt with { Case = receipt.Case with { Record = late.ToOpaqueBytes() } }).Refuted?.Name;
        }
    }

    [Fact]
    public void M3_no_attempt_at_a_check_begins_that_would_end_after_its_time()
    {
        // The beacon leaves time for two attempts; who is drawn for them says nothing.
        OptimisticOptions options = _options with { CheckRate = 1, MaxAttempts = 3, Beacon = new SlowBeacon(TimeSpan.FromMinutes(5)) };
        OptimisticStrategy strategy = new(options with { CheckWindow = TimeSpan.FromSeconds(310) });
        int silent = 0;
        for (ulong seed = 1; seed <= 8; seed++)
        {
            TestWorld world = new TestWorld(seed, strategy).AddHonest(1, stake: 1_000_000_000);
            for (int i = 0; i < 4; i++)
            {
                _ = world.Add(signer => new SilentProvider(signer, world.Ledger, world.Engine(), world.ProviderOptions));
            }

            VerificationOutcome outcome = world.Run(strategy);
            Assert.True(outcome.Receipt is null || strategy.Check(outcome.Receipt).IsValid);
            silent += outcome.Verdict.Reason == VerdictReason.AuditIncomplete ? 1 : 0;
        }

        Assert.True(silent > 0);
    }

    private static TaskEnvelope Envelope(TestWorld world, OptimisticStrategy strategy, InferenceOrder order)
    {
        long now = world.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return new TaskEnvelope
        {
            Ledger = world.Ledger.Id,
            Requester = world.Requester.PublicKey.Id,
            Provider = world.Network.Reachable.Single(),
            Work = new WorkDescription(order.ModelId, CommittedTensors.Of(order.Inputs), order.Options, order.Profile),
            Strategy = strategy.Name,
            Terms = new OpaqueBytes(strategy.Options.ToTerms(0).ToBytes()),
            Binding = default,
            AuditCommitment = default,
            Reward = new Amount(120),
            Escrow = new Amount(120),
            StakeAtRisk = new Amount(3000),
            Deadline = now + 10_000,
            OpeningDeadline = now + 10_000 + (long)strategy.Options.OpeningWindow.TotalMilliseconds,
        };
    }

    private static NamedTensors? Ask(OptimisticOptions options)
    {
        OptimisticStrategy asked = new(options);
        TestWorld world = new TestWorld(strategy: asked).AddHonest(1);
        return world.Time.Run(asked.RunAsync(world.Order(), world.Network)).Output;
    }

    // One provider's answer to a requester that does what it likes.
    private static (TestWorld World, OptimisticStrategy Strategy, HandmadeRequest Request) Answered(float bias)
    {
        OptimisticStrategy strategy = new(_options);
        TestWorld world = new(strategy: strategy);
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias)], world.ProviderOptions));
        return (world, strategy, new HandmadeRequest(world, strategy));
    }

    private static ISigner Griefer(TestWorld world)
    {
        ISigner griefer = TestWorld.Key("griefer");
        _ = world.Ledger.Apply(new Deposit(griefer.PublicKey.Id, new Amount(1000)));
        return griefer;
    }

    private static ClaimRuling Final(TestWorld world, HandmadeRequest request) => new()
    {
        Ledger = world.Ledger.Id,
        Claim = request.Id,
        Status = DocketClaimStatus.Final,
        Posted = 1,
        Closed = 2,
        Acquittals = 0,
    };

    // Steps a watcher whenever something is due, as whoever runs one does.
    private static void Play(TestWorld world, DisputeWatcher watcher)
    {
        for (int i = 0; i < 100; i++)
        {
            while (world.Time.Run(watcher.StepAsync()) > 0)
            {
            }

            if (watcher.NextDue is not { } due)
            {
                return;
            }

            world.Time.Advance(TimeSpan.FromMilliseconds(Math.Max(0, due - world.Court!.Now)));
        }

        Assert.Fail("Expected an end.");
    }

    /// <summary>A beacon whose rounds are apart by a period.</summary>
    private sealed class SlowBeacon(TimeSpan period) : IRandomBeacon
    {
        public string Name => "slow";

        public ulong LastRound => ulong.MaxValue;

        public ulong RoundAfter(long time) => (ulong)(time / (long)period.TotalMilliseconds) + 1;

        public long TimeOf(ulong round) => (long)(round * (ulong)period.TotalMilliseconds);

        public bool TryGetValue(ulong round, out Digest value)
        {
            value = Digest.Of(BitConverter.GetBytes(round));
            return true;
        }
    }

    /// <summary>An honest engine that takes its time.</summary>
    private sealed class SlowSumEngine(TestWorld world, TimeSpan takes) : IInferenceEngine, ITracingEngine
    {
        private readonly TracedSumEngine _inner = new(0, world.Profile);

        public EngineDescription Description => _inner.Description;

        public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) => _inner.RunAsync(inputs, options, cancellationToken);

        public async ValueTask<TracedOutputs> RunTracedAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
        {
            await Task.Delay(takes, world.Time, cancellationToken).ConfigureAwait(false);
            return await _inner.RunTracedAsync(inputs, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An engine that computes nothing: it takes what it finds in the court or on the ledger, or makes something up.</summary>
    private sealed class CopyingEngine(TestWorld world) : IInferenceEngine, ITracingEngine
    {
        public int Asked { get; private set; }

        public int Seen { get; private set; }

        public EngineDescription Description { get; } = new(TestWorld.Model, world.Profile);

        public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) => new TracedSumEngine(1, world.Profile).RunAsync(inputs, options, cancellationToken);

        public ValueTask<TracedOutputs> RunTracedAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
        {
            Asked++;
            bool isShown = world.Court!.ReadClaims().Any(claim => claim.Work.Inputs.Equals(CommittedTensors.Of(inputs)))
                || world.Ledger.State.Tasks.Keys.Any(task => world.Ledger.FindRevealed(task) is not null);
            Seen += isShown ? 1 : 0;

            // The answer is a small integer: a digest of it is as good as the number.
            return new TracedSumEngine(isShown ? 0 : 1, world.Profile).RunTracedAsync(inputs, options, cancellationToken);
        }
    }
}
